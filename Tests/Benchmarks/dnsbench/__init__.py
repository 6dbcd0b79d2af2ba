# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""The benchmarks behind `make bench-dns`; Docs/benchmarks.md says what each measures."""
