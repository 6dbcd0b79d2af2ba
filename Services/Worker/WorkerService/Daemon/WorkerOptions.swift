// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Runtime

/// The options of `zonewright-worker`.
package enum WorkerOptions {
    /// All besides the common ones.
    package static let all: [DaemonOption] = own + CertificateOptions.all + AliasOptions.all

    private static let own: [DaemonOption] = [
        .databaseURL,
        .opsListen("127.0.0.1:8056"),
        DaemonOption(
            "database-connections",
            .integer(1...64),
            default: "6",
            help: "Most connections to PostgreSQL, besides one that listens for hints."
        ),
        DaemonOption(
            "queues",
            .list,
            default: "default=20,webhooks=50,maintenance=2",
            help: "Queues this worker runs, each with the number of jobs it runs at a time."
        ),
        DaemonOption(
            "poll-interval",
            .duration,
            default: "200ms",
            help: "How often an idle queue is looked at when no hint comes."
        ),
        DaemonOption(
            "job-keys",
            help: """
                Keys that open the sealed arguments of jobs: identifier:key, a key being 64 hexadecimal digits; several \
                separated by commas.
                """,
            isSecret: true
        ),
        DaemonOption("webhook-timeout", .duration, default: "10s", help: "Time for one attempt at a webhook delivery."),
        DaemonOption(
            "webhook-allow-private",
            .boolean,
            default: "false",
            help: "Allow webhooks over http and to private or loopback addresses. For development and tests only."
        ),
        DaemonOption(
            "secondary-allow-private",
            .boolean,
            default: "false",
            help:
                "Allow primaries of secondary zones at private or loopback addresses. For closed networks and tests only."
        ),
        DaemonOption(
            "prune-schedule",
            default: "17 * * * *",
            help: "When old history is removed: the five fields of crontab, in UTC."
        ),
        DaemonOption(
            "probe-schedule",
            default: "* * * * *",
            help: "When responders are asked over DNS whether they answer what is published: crontab, in UTC."
        ),
        DaemonOption(
            "probe-zones",
            .integer(1...100_000),
            default: "500",
            help: "Zones asked for in one run: so many of those that changed, and so many of all in turn."
        ),
        DaemonOption("probe-timeout", .duration, default: "2s", help: "Time for a responder's answer to the prober."),
        DaemonOption(
            "delegation-schedule",
            help: """
                When the parents of zones that are due, each once a day, are asked for their delegations: crontab, in UTC. \
                Without it nobody is asked.
                """
        ),
        DaemonOption("retain-finished-jobs", .duration, default: "7d", help: "How long completed jobs are kept."),
        DaemonOption("retain-dead-jobs", .duration, default: "30d", help: "How long jobs that were given up are kept."),
        DaemonOption(
            "retain-deliveries",
            .duration,
            default: "30d",
            help: "How long the webhook delivery log is kept."
        ),
        DaemonOption(
            "retain-changes",
            .duration,
            default: "400d",
            help: "How long the changes of zones are kept, 30d at least."
        ),
        DaemonOption("retain-audit", .duration, default: "400d", help: "How long audit entries are kept."),
        DaemonOption(
            "retain-analytics",
            .duration,
            default: "400d",
            help: "How long counts of queries by zone and day are kept."
        ),
        DaemonOption(
            "retain-errors",
            .duration,
            default: "90d",
            help: "How long errors are kept that do not come back."
        ),
    ]
}
