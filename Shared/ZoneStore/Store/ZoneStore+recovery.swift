// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc

extension ZoneStore {
    /// Opens the store in the folder `path` whatever state its file is in: one that is damaged, or of another version of
    /// the format, makes way for an empty one, which fills again from the origin.
    ///
    /// The damaged file stays beside it as `data.mdb.damaged-<time>`, the last one only; one of another version is
    /// removed. What was done stands in `notes` of the store. The caller must be the only one that writes, for a file
    /// that is in use elsewhere would be taken away under it.
    package static func openReplacingDamaged(
        path: String,
        maximumMapSize: Int = ZoneStore.defaultMaximumMapSize,
        streamLog: StreamLogLimits? = nil,
        digest: @escaping RRsetDigest
    ) throws(ZoneStoreError) -> ZoneStore {
        do throws(ZoneStoreError) {
            return try ZoneStore(path: path, maximumMapSize: maximumMapSize, streamLog: streamLog, digest: digest)
        } catch {
            let note: String
            switch error {
            case .wrongVersion(_, let found, let expected):
                try remove(path + "/data.mdb", in: path)
                note = "the replica had format version \(found), this program reads \(expected): it is fetched anew"
            case .corrupt(_, let reason):
                let place = try moveAside(path)
                note = "the replica is damaged (\(reason)): it was moved to \(place) and is fetched anew"
            default:
                throw error
            }
            try remove(path + "/lock.mdb", in: path)
            return try ZoneStore(
                path: path,
                maximumMapSize: maximumMapSize,
                streamLog: streamLog,
                digest: digest,
                earlierNotes: [note]
            )
        }
    }

    /// Gives the damaged file another name, and removes those that were damaged before.
    private static func moveAside(_ path: String) throws(ZoneStoreError) -> String {
        let prefix = "data.mdb.damaged-"
        if let folder = unsafe opendir(path) {
            defer { unsafe closedir(folder) }
            var old: [String] = []
            while let entry = unsafe readdir(folder) {
                // SAFETY: the name is closed by a zero octet within the entry.
                let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { place in
                    unsafe place.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
                }
                if name.hasPrefix(prefix) { old.append(name) }
            }
            for name in old { try remove(path + "/" + name, in: path) }
        }
        let place = "\(path)/\(prefix)\(time(nil))"
        guard unsafe rename(path + "/data.mdb", place) == 0 else {
            throw LMDBError(code: errno, operation: "move the damaged file aside").storeError(path: path)
        }
        return place
    }

    private static func remove(_ file: String, in path: String) throws(ZoneStoreError) {
        guard unsafe unlink(file) != 0, errno != ENOENT else { return }
        throw LMDBError(code: errno, operation: "remove a file of").storeError(path: path)
    }
}
