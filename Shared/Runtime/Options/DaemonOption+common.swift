// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension DaemonOption {
    /// Options every daemon has. A daemon that declares one of these keys itself overrides it.
    package static let common: [DaemonOption] = [
        DaemonOption("config", .path, help: "JSON file with options, an object of option names without dashes."),
        .opsListen("127.0.0.1:0"),
        DaemonOption("log-format", .choice(["json", "text"]), default: "json", help: "Form of the log on stderr."),
        DaemonOption(
            "log-level",
            .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
            default: "info",
            help: "Least level that is logged."
        ),
        DaemonOption(
            "drain-timeout",
            .duration,
            default: "25s",
            help: "How long work in progress may go on after SIGTERM or SIGINT."
        ),
    ]

    /// The operations listener (`/livez`, `/readyz`, `/metrics`); keep it on loopback, it has no authentication.
    package static func opsListen(_ address: String) -> DaemonOption {
        DaemonOption(
            "ops-listen",
            .address,
            default: address,
            help: "Address of /livez, /readyz and /metrics. Port 0 takes any free port."
        )
    }

    /// The daemon's main listener.
    package static func listen(_ address: String, help: String) -> DaemonOption {
        DaemonOption("listen", .address, default: address, help: help)
    }

    /// Take the place of a process that runs; for daemons that can, see ``Succession``.
    package static let takeOver = DaemonOption(
        "take-over",
        .boolean,
        default: "false",
        help: "Take the sockets of the process that runs with the same data-dir, if one does; it ends then."
    )

    /// The PostgreSQL connection URL. It may hold a password, so it is never a flag.
    package static let databaseURL = DaemonOption(
        "database-url",
        help: "PostgreSQL connection URL, postgresql://user:password@host:port/database.",
        isSecret: true
    )

    /// The name under which this process is known to others.
    package static func nodeName(help: String) -> DaemonOption {
        DaemonOption("node-name", help: help)
    }
}
