# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""The benchmark of the HTTP API: Deploy/scripts/bench-api."""
