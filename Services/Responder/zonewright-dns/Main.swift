// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ResponderNet
import Runtime

/// The authoritative responder: answers from its own replica, and follows a glue.
@main
struct Main {
    static func main() async {
        await Daemon.main(
            name: "zonewright-dns",
            summary: "Answers DNS queries from a local replica of all zones, which follows zonewright-glue.",
            options: ResponderOptions.all,
            run: { try await ResponderServices.make($0) }
        )
    }
}
