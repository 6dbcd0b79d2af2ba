// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

// The API's JSON of each entity. The order of the members is part of the contract with clients.

extension Account: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("email", email)
            json.member("name", name)
            json.member("plan_identifier", planIdentifier)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}

extension HostedDomain: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("account_id", accountID)
            json.member("registrant_id", registrantID)
            json.member("name", name)
            json.member("unicode_name", unicodeName)
            json.member("state", state.rawValue)
            json.member("auto_renew", false)
            json.member("private_whois", false)
            json.member("trustee", false)
            json.member("expires_on", String?.none)
            json.member("expires_at", String?.none)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}

extension Zone: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("account_id", accountID)
            json.member("name", name)
            json.member("reverse", reverse)
            json.member("secondary", secondary)
            json.member("last_transferred_at", lastTransferredAt)
            json.member("active", active)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}

extension DNSSECStatus: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("enabled", isEnabled)
            json.member("active", isEnabled)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}

extension ZoneRecord: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("zone_id", zoneName)
            json.member("parent_id", Int64?.none)
            json.member("name", name)
            json.member("content", content)
            json.member("ttl", ttl)
            json.member("priority", priority)
            json.member("type", type)
            json.member("regions", regions)
            json.member("system_record", systemRecord)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}

extension ValidationErrors: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            for field in fields {
                json.member(field.name, field.messages)
            }
        }
    }
}

extension BatchErrors.Item: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("index", index)
            json.member("message", message)
            if let errors {
                json.member("errors", errors)
            }
        }
    }
}

extension BatchErrors: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            for (name, items) in [("creates", creates), ("updates", updates), ("deletes", deletes)] where !items.isEmpty
            {
                json.member(name, items)
            }
        }
    }
}

extension BatchResult: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("creates", creates)
            json.member("updates", updates)
            json.array("deletes") { json in
                for id in deletes {
                    json.object { $0.member("id", id) }
                }
            }
        }
    }
}

extension ZoneImportReport.Entry: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("type", type)
            json.member("content", content)
            json.member("ttl", ttl)
            json.member("priority", priority)
        }
    }
}

extension ZoneImportReport: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("zone_id", zoneName)
            json.member("dry_run", dryRun)
            json.object("counts") { json in
                json.member("creates", createCount)
                json.member("updates", updateCount)
                json.member("deletes", deleteCount)
                json.member("unchanged", unchangedCount)
                json.member("skipped", skippedCount)
            }
            json.member("creates", creates)
            json.member("updates", updates)
            json.member("deletes", deletes)
        }
    }
}

extension ZoneImportError: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.array { json in
            for line in lines {
                json.object { json in
                    json.member("line", line.line)
                    json.member("column", line.column)
                    json.member("message", line.reason)
                }
            }
        }
    }
}
