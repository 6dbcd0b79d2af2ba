# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""Real clients of DNSimple's API against a whole Zonewright."""
