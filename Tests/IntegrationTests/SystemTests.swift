// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

/// Tests of a whole installation with real processes: one after another, on one installation made by `zonewright up`.
@Suite("System", .serialized, .localStack)
struct SystemTests {}
