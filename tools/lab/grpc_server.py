"""A gRPC server that takes any method and answers with the size: grpc_server.py ADDRESS PORT. Messages are bytes."""

import sys
from concurrent import futures

import grpc


class Any(grpc.GenericRpcHandler):
    def service(self, details):
        def answer(messages, context):
            return b"\x08" + bytes([sum(len(message) for message in messages) % 128])
        return grpc.stream_unary_rpc_method_handler(answer)


server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
server.add_generic_rpc_handlers((Any(),))
server.add_insecure_port(f"{sys.argv[1]}:{sys.argv[2]}")
server.start()
print("ready", flush=True)
server.wait_for_termination()
