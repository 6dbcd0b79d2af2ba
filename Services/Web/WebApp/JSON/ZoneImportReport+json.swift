// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain

extension ZoneImportReport.Entry: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", self.name)
            json.member("type", self.type)
            json.member("content", self.content)
            json.member("ttl", self.ttl)
            json.member("priority", self.priority)
        }
    }
}

extension ZoneImportReport: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("zone_id", self.zoneName)
            json.member("dry_run", self.dryRun)
            json.object("counts") { json in
                json.member("creates", self.createCount)
                json.member("updates", self.updateCount)
                json.member("deletes", self.deleteCount)
                json.member("unchanged", self.unchangedCount)
                json.member("skipped", self.skippedCount)
            }
            json.member("creates", self.creates)
            json.member("updates", self.updates)
            json.member("deletes", self.deletes)
        }
    }
}

extension ZoneImportError.Line: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("line", self.line)
            json.member("column", self.column)
            json.member("reason", self.reason)
        }
    }
}
