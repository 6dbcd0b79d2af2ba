// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Logging

/// A log handler that writes one line an event: JSON for machines or plain text for people.
package struct LineLogHandler: LogHandler {
    /// Events below it are dropped.
    package var logLevel: Logger.Level
    /// The logger's own metadata, part of each line.
    package var metadata: Logger.Metadata = [:]
    /// Gives metadata of the current task.
    package var metadataProvider: Logger.MetadataProvider?

    private let service: String
    private let label: String
    private let format: LogFormat
    private let tap: LogTap?
    private let write: @Sendable ([UInt8]) -> Void

    /// - Parameters:
    ///   - service: the daemon's name, in every line.
    ///   - label: the logger's label; shown when it differs from the service.
    ///   - tap: is handed each event after it was written.
    ///   - write: gets each whole line with its line feed; stderr by default.
    package init(
        service: String,
        label: String,
        format: LogFormat,
        level: Logger.Level,
        tap: LogTap? = nil,
        write: @escaping @Sendable ([UInt8]) -> Void = { StandardErrorSink.shared.write($0) }
    ) {
        self.service = service
        self.label = label
        self.format = format
        self.logLevel = level
        self.tap = tap
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let given = event.metadata { all.merge(given) { _, new in new } }
        if let error = event.error { all["error"] = "\(error)" }
        if label != service { all["component"] = .string(label) }
        let line =
            switch format {
            case .json: jsonLine(event, all)
            case .text: textLine(event, all)
            }
        write(line)
        tap?.pass(event, all)
    }

    private func jsonLine(_ event: LogEvent, _ metadata: Logger.Metadata) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(256)
        line.append(contentsOf: "{\"ts\":\"\(LogTimestamp.now())\",\"level\":\"\(event.level)\",\"service\":".utf8)
        JSONText.append(service, to: &line)
        line.append(contentsOf: ",\"msg\":".utf8)
        JSONText.append(event.message.description, to: &line)
        if !metadata.isEmpty {
            line.append(contentsOf: ",\"metadata\":".utf8)
            append(.dictionary(metadata), to: &line)
        }
        line.append(contentsOf: "}\n".utf8)
        return line
    }

    private func textLine(_ event: LogEvent, _ metadata: Logger.Metadata) -> [UInt8] {
        var line = "\(LogTimestamp.now()) \(event.level) \(service): \(event.message)"
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
        return Array(line.map { $0.isNewline ? " " : $0 }.map(String.init).joined().utf8) + [UInt8(ascii: "\n")]
    }

    private func append(_ value: Logger.MetadataValue, to line: inout [UInt8]) {
        switch value {
        case .string(let text):
            JSONText.append(text, to: &line)
        case .stringConvertible(let value):
            JSONText.append(value.description, to: &line)
        case .array(let values):
            line.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { line.append(UInt8(ascii: ",")) }
                append(value, to: &line)
            }
            line.append(UInt8(ascii: "]"))
        case .dictionary(let values):
            line.append(UInt8(ascii: "{"))
            for (index, (key, value)) in values.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { line.append(UInt8(ascii: ",")) }
                JSONText.append(key, to: &line)
                line.append(UInt8(ascii: ":"))
                append(value, to: &line)
            }
            line.append(UInt8(ascii: "}"))
        }
    }
}
