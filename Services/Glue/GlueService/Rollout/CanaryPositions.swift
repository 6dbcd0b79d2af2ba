// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Synchronization
import ZoneSync

/// What canaries that are connected to this origin have acknowledged, before the database knows of it.
final class CanaryPositions: Sendable {
    private struct Position {
        let epoch: String
        let acknowledged: Int64
    }

    private let positions = Mutex<[String: Position]>([:])

    /// Takes what a canary did.
    func take(_ event: OriginNodeEvent, from name: String) {
        positions.withLock { positions in
            switch event {
            case .connected(let epoch, let position), .acknowledged(let epoch, let position):
                positions[name] = Position(
                    epoch: RegionalEpoch.base(of: epoch),
                    acknowledged: Int64(clamping: position)
                )
            case .disconnected:
                positions[name] = nil
            case .refused:
                break
            }
        }
    }

    /// The view with what is known here.
    func improve(_ view: RolloutStore.View) -> RolloutStore.View {
        positions.withLock { positions in
            var view = view
            for index in view.canaries.indices {
                guard let known = positions[view.canaries[index].name], known.epoch == view.epoch else { continue }
                view.canaries[index].acknowledged = max(view.canaries[index].acknowledged, known.acknowledged)
            }
            return view
        }
    }
}
