// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import Runtime

@Suite struct HelpTextTests {
    private let daemon = Daemon(
        name: "zonewright-test",
        summary: "Tests.",
        options: [
            .databaseURL, .opsListen("127.0.0.1:9"), DaemonOption("threads", .integer(1...2), default: "1", help: "T."),
        ]
    )

    private var text: String {
        HelpText(name: daemon.name, summary: daemon.summary, options: daemon.options).text
    }

    @Test func `Every option is listed once with its environment variable and default`() {
        for option in daemon.options {
            let lines = text.split(separator: "\n")
            let heading = option.isSecret ? "  \(option.key) " : "  \(option.flag) "
            #expect(lines.count { $0.hasPrefix(heading) } == 1, "\(option.key)")
            let environment = "(environment \(option.environmentName)"
            #expect(lines.count { $0.contains("\(environment),") || $0.contains("\(environment))") } == 1)
            if let value = option.defaultText { #expect(text.contains("\(option.environmentName), default \(value))")) }
            #expect(text.contains(option.help))
        }
    }

    @Test func `A daemon's own option replaces the common one, and a secret brings its file`() {
        #expect(daemon.options.filter { $0.key == "ops-listen" }.map(\.defaultText) == ["127.0.0.1:9"])
        #expect(daemon.options.contains { $0.key == "database-url-file" })
        #expect(daemon.options.contains { $0.key == "log-level" })
    }
}
