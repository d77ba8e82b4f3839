// Compiled with -mavx2; called only where the processor has it.
#include "detect/anchor_loops.h"

#if defined(__x86_64__)
namespace outspan::detect {

const AnchorLoops kAvx2Loops{bridge, find_groups, find_shapes};

}  // namespace outspan::detect
#endif
