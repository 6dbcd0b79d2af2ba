// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors
#include <libpq-fe.h>
