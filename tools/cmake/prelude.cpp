// Empty: the precompiled header of tools/cmake/options.cmake needs a target, and a target a source.
