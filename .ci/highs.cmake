# How HiGHS is built for the tests: many files at a time and without symbols, which takes a sixth of the time. Named by
# CMAKE_TOOLCHAIN_FILE, which CMake reads.
set(CMAKE_UNITY_BUILD ON)
set(CMAKE_UNITY_BUILD_BATCH_SIZE 24)
set(CMAKE_CXX_FLAGS_DEBUG "")
set(CMAKE_C_FLAGS_DEBUG "")
