// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Runtime
import WorkerService

/// The entry point of `zonewright-worker`.
@main
enum Main {
    static func main() async {
        await Daemon.main(
            name: "zonewright-worker",
            summary: "Runs Zonewright's jobs: webhook deliveries and the removal of old history.",
            options: WorkerOptions.all,
            run: WorkerDaemon.services
        )
    }
}
