// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import GlueService
import Runtime

@main
struct Main {
    static func main() async {
        await Daemon.main(
            name: "zonewright-glue",
            summary: GlueDaemon.summary,
            options: GlueDaemon.options
        ) { context in
            try await GlueDaemon.services(context)
        }
    }
}
