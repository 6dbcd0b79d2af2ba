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

    /// The file at `path`, or the `NAME.zone` files of the folder there, by name; of signed zones the `….signed` files
    /// that signers write beside them, where there are any.
    ///
    /// - Throws: `ControlError` when there is nothing, or `name` is given for a folder.
    static func files(at path: String, name: String?, isSigned: Bool = false) throws -> [ZoneFile] {
        var isFolder: ObjCBool = false
        // SAFETY: the flag outlives the call.
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ControlError("there is no file or folder \(path)")
        }
        guard isFolder.boolValue else {
            return [ZoneFile(path: path, name: name ?? zoneName(ofFile: path))]
        }
        guard name == nil else { throw ControlError("--name goes with one file, and \(path) is a folder") }
        let all = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        let signed = isSigned ? all.filter { $0.hasSuffix(".signed") } : []
        let files = signed.isEmpty ? all.filter { $0.hasSuffix(".zone") } : signed
        guard !files.isEmpty else { throw ControlError("the folder \(path) holds no NAME.zone files") }
        return files.map { ZoneFile(path: "\(path)/\($0)", name: zoneName(ofFile: $0)) }
    }

    private static func zoneName(ofFile path: String) -> String {
        var name = path.split(separator: "/").last.map(String.init) ?? path
        for suffix in [".signed", ".zone"] where name.hasSuffix(suffix) { name.removeLast(suffix.count) }
        return name == "root" ? "." : name
    }
}
