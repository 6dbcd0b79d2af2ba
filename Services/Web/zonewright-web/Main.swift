// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Runtime
import WebApp

/// zonewright-web: the HTTP API.
@main
enum Main {
    static func main() async {
        await Daemon.main(
            name: "zonewright-web",
            summary: "The HTTP API of Zonewright.",
            options: WebOptions.all,
            run: WebServices.make
        )
    }
}
