/* Threads of a simulated GPU as fibers on one thread of the operating system: the scheduler chooses who runs next, so
 * that every order of execution can be tried and repeated. Sanitizers are told of each switch. */
#ifndef FL_TESTS_FIBERS_H
#define FL_TESTS_FIBERS_H
#include <setjmp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <ucontext.h>
/* The simulator's own state is no business of the detectors: what it shares is no race, and frames that are left by a
 * jump would stay marked as in use. */
#if defined(__SANITIZE_ADDRESS__)
#  include <sanitizer/common_interface_defs.h>
#  define SIM_UNSEEN __attribute__((no_sanitize_address))
#elif defined(__SANITIZE_THREAD__)
#  include <sanitizer/tsan_interface.h>
#  define SIM_UNSEEN __attribute__((no_sanitize_thread))
#else
#  define SIM_UNSEEN
#endif

namespace simulator {

constexpr size_t stack_bytes = 64 << 10, most_threads = 8 * 512; /* of a cluster */

class Fibers {
public:
    void (*body)(int) = nullptr; /* what fiber i does */
    int running = -1;

    SIM_UNSEEN void reset(size_t count) {
        for (; created < count; ++created) create(fibers[created]);
        for (size_t i = 0; i < count; ++i) fibers[i].started = fibers[i].done = false;
#if defined(__SANITIZE_THREAD__)
        main.tsan = __tsan_get_current_fiber();
#endif
    }

    SIM_UNSEEN bool done(int i) const { return fibers[i].done; }

    /* From the scheduler into fiber i, until it yields or ends. */
    SIM_UNSEEN void resume(int i) {
        Fiber& f = fibers[i];
        running = i;
        leave(main, f);
        if (!_setjmp(main.where)) {
            if (f.started) _longjmp(f.where, 1);
            f.started = true;
            start(f);
        }
        arrive(main);
        running = -1;
    }

    /* From the running fiber back to the scheduler. */
    SIM_UNSEEN void yield() {
        Fiber& f = fibers[running];
        leave(f, main);
        if (!_setjmp(f.where)) _longjmp(main.where, 1);
        arrive(f);
    }

private:
    struct Fiber {
        jmp_buf where;
        const void* stack = nullptr;
        size_t bytes = stack_bytes;
        void* fake = nullptr;
        void* tsan = nullptr;
        bool started = false, done = false;
    };
    Fiber fibers[most_threads]; /* not a vector: its functions would be seen by the race detector */
    size_t created = 0;
    Fiber main;

    static Fibers*& current() {
        static thread_local Fibers* fibers;
        return fibers;
    }

    static void create(Fiber& f) {
        const int how = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
        f.stack = mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE, how, -1, 0);
#if defined(__SANITIZE_THREAD__)
        f.tsan = __tsan_create_fiber(0);
#endif
    }

    SIM_UNSEEN static void entry() {
        Fibers& all = *current();
#if defined(__SANITIZE_ADDRESS__)
        __sanitizer_finish_switch_fiber(nullptr, &all.main.stack, &all.main.bytes);
#endif
        all.body(all.running);
        all.fibers[size_t(all.running)].done = true;
        all.yield();
    }

    SIM_UNSEEN void start(Fiber& f) {
        ucontext_t context;
        current() = this;
        getcontext(&context);
        context.uc_stack.ss_sp = const_cast<void*>(f.stack);
        context.uc_stack.ss_size = stack_bytes;
        context.uc_link = nullptr;
        makecontext(&context, entry, 0);
        setcontext(&context);
    }

    SIM_UNSEEN static void leave(Fiber& from, Fiber& to) {
#if defined(__SANITIZE_ADDRESS__)
        __sanitizer_start_switch_fiber(from.done ? nullptr : &from.fake, to.stack, to.bytes);
#endif
#if defined(__SANITIZE_THREAD__)
        __tsan_switch_to_fiber(to.tsan, __tsan_switch_to_fiber_no_sync);
#endif
        (void)from, (void)to;
    }
    SIM_UNSEEN static void arrive(Fiber& self) {
#if defined(__SANITIZE_ADDRESS__)
        __sanitizer_finish_switch_fiber(self.fake, nullptr, nullptr);
#endif
        (void)self;
    }
};

}
#endif
