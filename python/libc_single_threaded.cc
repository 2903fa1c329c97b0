// Debian's archive of yaml-cpp is compiled for programs: it refers to this variable of the C
// library in a way that a shared object can't resolve, unless the object has one of its own. Zero
// tells shared pointers that there may be other threads.
extern "C" {
extern __attribute__((visibility("hidden"))) char __libc_single_threaded;
char __libc_single_threaded = 0;
}
