#include "protocol/smb/connection.h"

#include <algorithm>

#include "protocol/shared/ntlm.h"
#include "text/utf8.h"

namespace outspan::protocol::smb {
namespace {

std::string read_name(Command command, Bytes message) noexcept {
  const std::optional<Place> place = find_name(command, message);
  if (!place) return {};
  const Bytes name = message.subspan(place->at, std::min<std::size_t>(place->bytes, kNameBytesMax));
  return text::utf8_of_utf16(as_text(name));
}

/// Of "\\server\share".
std::string server_of(std::string_view share) {
  const std::size_t begin = share.find_first_not_of('\\');
  if (begin == share.npos) return {};
  return std::string(share.substr(begin, share.find('\\', begin) - begin));
}

}  // namespace

// OpenFile

ObjectInfo OpenFile::info(bool written, const Who* who) const noexcept {
  ObjectInfo info;
  info.name = written ? "WRITE" : "READ";
  if (!path_.path.empty()) info.name += " " + path_.path;
  info.source = path_.share;
  info.destination.hostname = server_of(path_.share);
  if (who != nullptr) {
    info.actor.user = who->user;
    info.actor.hostname = who->workstation;
  }
  return info;
}

void OpenFile::begin_block(ParserHost& host, Side side, bool written, std::uint64_t offset,
                           const Who* who) noexcept {
  std::uint64_t& end = end_[index(side)];
  constexpr std::uint64_t kOffsetMax = ~0ULL >> 1;
  if (offset <= kOffsetMax && !is_pipe()) end = offset;
  std::unique_ptr<FileWriter>& writer = writers_[index(side)];
  if (!writer)
    writer = std::make_unique<FileWriter>(host, side, info(written, who), path_.path,
                                          from_begin_ ? 0 : end);
  writer->block(end);
}

bool OpenFile::data(Side side, Bytes bytes) noexcept {
  FileWriter* const writer = writers_[index(side)].get();
  if (writer == nullptr) return false;
  writer->data(bytes);
  end_[index(side)] += bytes.size();
  return true;
}

void OpenFile::gap(Side side, std::uint64_t missing_bytes) noexcept {
  if (FileWriter* const writer = writers_[index(side)].get()) writer->gap(missing_bytes);
  end_[index(side)] += missing_bytes;
}

void OpenFile::close(Side side) noexcept {
  std::unique_ptr<FileWriter>& writer = writers_[index(side)];
  if (!writer) return;
  writer->close(ObjectEnd::complete);
  writer.reset();
}

void OpenFile::pause(Timestamp now) noexcept {
  for (std::unique_ptr<FileWriter>& writer : writers_) {
    if (!writer) continue;
    writer->pause();
    if (!writer->stale(now)) continue;
    writer->close(ObjectEnd::cut_short);
    writer.reset();
    from_begin_ = false;
  }
}

// Connection

const Who* Connection::who(Side server, const Head& head) noexcept {
  return names_.who.find(session(server, head));
}

std::string Connection::share(Side server, const Head& head) noexcept {
  const std::string* const share = names_.shares.find({session(server, head), head.tree});
  return share != nullptr ? *share : std::string();
}

void Connection::ask(const Head& head, Request request) noexcept {
  requests_.put(head.message, std::move(request));
}

OpenFilePtr Connection::request(Side side, const Head& head, Bytes message, Block& block) noexcept {
  const Side server = opposite(side);
  Chain& chain = chains_[index(side)];
  switch (head.command) {
    case Command::session_setup: log_on(side, head, message); break;
    case Command::tree_connect:
      ask(head, {.command = head.command, .file = {}, .name = read_name(head.command, message)});
      break;
    case Command::create:
      ask(head, {.command = head.command, .file = {}, .name = read_name(head.command, message)});
      chain = {nullptr, head.message, std::nullopt};
      break;
    case Command::close:
      if (const auto id = read_close_request(message)) close_request(side, head, *id);
      break;
    case Command::read:
      if (!host_.flow().inspected(server)) break;
      if (const auto wanted = read_read_request(message)) {
        const bool chained = wanted->file == kRelatedFile;
        ask(head, {.command = head.command,
                   .file = wanted->file,
                   .offset = wanted->offset,
                   .opened = chained ? file_in_chain(side, head, wanted->file) : nullptr});
        if (!chained) chain = {nullptr, std::nullopt, wanted->file};
      }
      break;
    case Command::write:
      if (const auto write = read_write_request(message); write && host_.flow().inspected(side)) {
        block = *write;
        return file_in_chain(side, head, write->file);
      }
      break;
    default: break;
  }
  return nullptr;
}

OpenFilePtr Connection::file(Side server, const Head& head, FileId id) noexcept {
  if (const OpenFilePtr* const known = files_.find(id)) return *known;
  const Path* const path = names_.paths.find({session(server, head), id});
  auto opened = std::make_shared<OpenFile>(path != nullptr ? *path : Path{share(server, head), {}},
                                           path != nullptr);
  opened->id = id;
  files_.put(id, opened);
  return opened;
}

OpenFilePtr Connection::file_in_chain(Side client, const Head& head, FileId id) noexcept {
  const Side server = opposite(client);
  Chain& chain = chains_[index(client)];
  if (id != kRelatedFile) {
    chain = {nullptr, std::nullopt, id};
    return file(server, head, id);
  }
  if (chain.file) return chain.file;
  if (chain.id) return file(server, head, *chain.id);
  Request* const create = chain.create ? requests_.find(*chain.create) : nullptr;
  Path path{share(server, head), create != nullptr ? create->name : std::string()};
  chain.file = std::make_shared<OpenFile>(std::move(path), create != nullptr);
  if (create != nullptr) create->opened = chain.file;
  return chain.file;
}

void Connection::close_request(Side client, const Head& head, FileId id) noexcept {
  const Chain& chain = chains_[index(client)];
  OpenFilePtr open;
  if (id == kRelatedFile && !chain.id)
    open = chain.file;
  else if (id == kRelatedFile)
    id = *chain.id;
  if (const OpenFilePtr* const known = open ? nullptr : files_.find(id)) open = *known;
  if (open) open->close(client);
  ask(head, {.command = Command::close, .file = id, .opened = std::move(open)});
}

void Connection::log_on(Side client, const Head& head, Bytes message) noexcept {
  const std::optional<Place> token = find_token(message);
  if (!token) return;
  const auto logon = read_ntlm_logon(message.subspan(token->at, token->bytes));
  if (logon && !logon->user.empty())
    names_.who.put(session(opposite(client), head), {logon->user, logon->workstation});
}

OpenFilePtr Connection::response(Side side, const Head& head, Bytes message,
                                 Block& block) noexcept {
  if (head.status == kPending) return nullptr;
  std::optional<Request> request = requests_.take(head.message);
  const bool done = head.status == kSuccess || head.status == kBufferOverflow;
  switch (head.command) {
    case Command::tree_connect:
      if (done && request && !request->name.empty())
        names_.shares.put({session(side, head), head.tree}, request->name);
      break;
    case Command::create:
      if (const auto id = read_create_response(message); done && id && request)
        created(side, head, *id, std::move(*request));
      break;
    case Command::close:
      if (request) closed(side, head, *request);
      break;
    case Command::read:
      if (const auto answer = read_read_response(message);
          done && answer && host_.flow().inspected(side)) {
        block = *answer;
        return read(side, head, std::move(request), block);
      }
      break;
    default: break;
  }
  return nullptr;
}

void Connection::created(Side server, const Head& head, FileId id, Request request) noexcept {
  if (request.command != Command::create) return;
  names_.paths.put({session(server, head), id}, {share(server, head), std::move(request.name)});
  files_.take(id);
  if (!request.opened) return;
  request.opened->id = id;
  files_.put(id, std::move(request.opened));
}

void Connection::closed(Side server, const Head& head, const Request& request) noexcept {
  if (request.command != Command::close) return;
  const FileId id = request.opened ? request.opened->id : request.file;
  if (request.opened) request.opened->close(server);
  if (const auto open = files_.take(id)) (*open)->close(server);
  names_.paths.take({session(server, head), id});
}

OpenFilePtr Connection::read(Side server, const Head& head, std::optional<Request> request,
                             Block& block) noexcept {
  if (request && request->command == Command::read) {
    block.offset = request->offset;
    return request->opened ? request->opened : file(server, head, request->file);
  }
  block.offset = kAppend;
  if (!orphan_ || std::exchange(orphan_ends_, false)) {
    if (orphan_) orphan_->close(server);
    orphan_ = std::make_shared<OpenFile>(Path{share(server, head), {}}, false);
    orphan_block_bytes_ = 0;
  }
  orphan_ends_ = block.data.bytes < orphan_block_bytes_;
  orphan_block_bytes_ = block.data.bytes;
  return orphan_;
}

bool Connection::hides(Bytes token) noexcept {
  SaslExchange exchange;
  exchange.begin("GSS-SPNEGO", {});
  return exchange.decoded(as_text(token)) != SaslExchange::Outcome::not_credentials &&
         allowance_.take(token.size());
}

void Connection::pause() noexcept {
  const Timestamp now = host_.flow().now.time;
  files_.for_each([now](const FileId&, const OpenFilePtr& open) { open->pause(now); });
  if (orphan_) orphan_->pause(now);
}

void Connection::close() noexcept {
  for (const Side side : {Side::client, Side::server}) {
    files_.for_each([side](const FileId&, const OpenFilePtr& open) { open->close(side); });
    if (orphan_) orphan_->close(side);
    chains_[index(side)] = {};
  }
  files_.clear();
  requests_.clear();
}

}  // namespace outspan::protocol::smb
