// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CLMDB
internal import Glibc

extension ZoneStore {
    /// How the file that the store has open stands to the one in its folder.
    package enum FileState: Sendable, Equatable {
        /// They are one.
        case sound
        /// The folder has no such file: what is served, and everything that is applied, is gone with the process.
        case removed
        /// The folder has another file, which a restart would find.
        case replaced
        /// The file ends before its last page: the next look behind its end kills the process.
        case cutShort
    }

    /// Compares the open file with the folder.
    package func fileState() throws(ZoneStoreError) -> FileState {
        do throws(LMDBError) {
            let descriptor = try environment.descriptor()
            var open = stat()
            guard unsafe fstat(descriptor, &open) == 0 else { throw LMDBError(code: errno, operation: "inspect") }
            // Also what another process has written is behind the file's last page.
            do throws(PageDamage) {
                _ = try PageMeta.read(descriptor: descriptor)
            } catch {
                return .cutShort
            }
            var named = stat()
            guard unsafe stat(path + "/data.mdb", &named) == 0 else { return .removed }
            return open.st_ino == named.st_ino && open.st_dev == named.st_dev ? .sound : .replaced
        } catch {
            throw error.storeError(path: path)
        }
    }

    /// Makes the folder again when it is gone, and writes the newest state to a file in it, so that a restart finds it.
    ///
    /// The store itself goes on with the file that has no name any more: what is applied from now on is not in the new
    /// one, and is fetched after a restart.
    package func restoreFile() throws(ZoneStoreError) {
        try Self.makeFolder(path)
        do throws(LMDBError) {
            let temporary = path + "/data.mdb.new"
            unsafe unlink(temporary)
            let descriptor = unsafe Glibc.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
            guard descriptor >= 0 else { throw LMDBError(code: errno, operation: "restore") }
            defer { close(descriptor) }
            let presence = gate.register()
            gate.enter(presence)
            let code = unsafe mdb_env_copyfd(environment.handle, descriptor)
            gate.exit(presence)
            gate.unregister(presence)
            do throws(LMDBError) {
                try LMDBError.check(code, "restore")
                guard fsync(descriptor) == 0, unsafe rename(temporary, path + "/data.mdb") == 0 else {
                    throw LMDBError(code: errno, operation: "restore")
                }
            } catch {
                unsafe unlink(temporary)
                throw error
            }
            // The lock file of the lost folder belongs to the lost file.
            unsafe unlink(path + "/lock.mdb")
        } catch {
            throw error.storeError(path: path)
        }
    }
}
