// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// Starts programs for tests.
enum ProcessSpawner {
    /// Starts `arguments[0]`, an absolute path, and returns its process id. The child gets no descriptors of ours.
    ///
    /// - Parameter output: the file that standard output and error are written to.
    static func spawn(_ arguments: [String], environment: [String], output: String) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        // SAFETY: both live until after posix_spawn and are destroyed on every way out.
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        // The threads of the pool block signals, and a child would inherit that: SIGTERM would never reach it.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        for descriptor in Int32(3)..<1_024 where fcntl(descriptor, F_GETFD) >= 0 {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
        let cArguments = unsafe CStrings(arguments)
        let cEnvironment = unsafe CStrings(environment)
        defer {
            unsafe cArguments.free()
            unsafe cEnvironment.free()
        }
        var pid: pid_t = 0
        let code = unsafe posix_spawn(
            &pid,
            arguments[0],
            &actions,
            &attributes,
            cArguments.pointers,
            cEnvironment.pointers
        )
        guard code == 0 else { throw SupportError("cannot start \(arguments[0]): error \(code)") }
        return pid
    }
}

/// An argument vector as C wants it.
@unsafe
private struct CStrings {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ strings: [String]) {
        unsafe pointers = strings.map { unsafe strdup($0) } + [nil]
    }

    func free() {
        for index in unsafe pointers.indices { unsafe Glibc.free(pointers[index]) }
    }
}
