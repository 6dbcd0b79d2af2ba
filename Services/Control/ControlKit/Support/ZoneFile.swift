// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// A zone file and the zone it holds.
struct ZoneFile: Equatable {
    let path: String
    /// The zone's name; '.' for a file called `root.zone`.
    let name: String

    /// The file's octets.
    ///
    /// - Throws: `ControlError` naming the file.
    func read() throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ControlError("cannot read \(path): \(systemErrorText())")
        }
        return Array(data)
    }

    /// The file at `path`, or the `NAME.zone` files of the folder there, by name.
    ///
    /// - Throws: `ControlError` when there is nothing, or `name` is given for a folder.
    static func files(at path: String, name: String?) throws -> [ZoneFile] {
        var isFolder: ObjCBool = false
        // SAFETY: the flag outlives the call.
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ControlError("there is no file or folder \(path)")
        }
        guard isFolder.boolValue else {
            return [ZoneFile(path: path, name: name ?? zoneName(ofFile: path))]
        }
        guard name == nil else { throw ControlError("--name goes with one file, and \(path) is a folder") }
        let files = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".zone") }.sorted()
        guard !files.isEmpty else { throw ControlError("the folder \(path) holds no NAME.zone files") }
        return files.map { ZoneFile(path: "\(path)/\($0)", name: zoneName(ofFile: $0)) }
    }

    private static func zoneName(ofFile path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let name = file.hasSuffix(".zone") ? String(file.dropLast(5)) : file
        return name == "root" ? "." : name
    }
}
