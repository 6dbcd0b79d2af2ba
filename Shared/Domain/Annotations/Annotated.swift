// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A domain or record with its note and labels, as lists of the own prefix show it: the members that the API v2 has, and
/// the two behind them.
package struct Annotated<Item: Sendable>: Sendable {
    package var item: Item
    package var note: Note
    package var labels: LabelSet

    package init(_ item: Item, note: Note, labels: LabelSet) {
        self.item = item
        self.note = note
        self.labels = labels
    }
}

extension Annotated: JSONWritable where Item: JSONWritable {
    package func write(to json: inout JSONWriter) {
        // The item writes a whole object; the members go in before its bracket.
        json.object { json in
            json.rawValue(JSONWriter.bytes(of: item).dropFirst().dropLast())
            json.member("note", note.text)
            json.member("labels", labels)
        }
    }
}
