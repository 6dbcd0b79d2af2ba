// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import ControlKit

/// The operator's command.
@main
struct Main {
    static func main() async {
        await ZonewrightCommand.main()
    }
}
