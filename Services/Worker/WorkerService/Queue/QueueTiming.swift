// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The times the queue works by.
package struct QueueTiming: Sendable, Equatable {
    /// How long to wait before looking again when there was nothing to claim, without a hint.
    package var poll = Duration.milliseconds(200)
    /// How long to let running jobs end before claiming for few free places.
    package var gathering = Duration.milliseconds(5)
    /// How long a claim is held without renewal. With the rescuer's interval this bounds how long a dead worker's job
    /// waits: 75 seconds.
    package var lease = Duration.seconds(60)
    /// How often leases are renewed, and expired ones looked for.
    package var heartbeat = Duration.seconds(15)
    /// How often jobs whose time has come are made available.
    package var staging = Duration.milliseconds(250)
    /// How often due slots are looked for.
    package var scheduling = Duration.seconds(1)
    /// How often the queues are counted for the metrics.
    package var statistics = Duration.seconds(10)
    /// How long running jobs may go on when the worker stops.
    package var drain = Duration.seconds(20)

    /// The times of production.
    package init() {}
}
