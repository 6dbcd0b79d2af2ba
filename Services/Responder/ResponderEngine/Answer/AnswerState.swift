// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import ZoneStore

/// What is known of the answer to the present query.
@safe
struct AnswerState {
    /// The question's type.
    var type: UInt16 = 0
    /// Whether DNSSEC records are wanted.
    var wantsSignatures = false
    /// Whether the question was in class ANY, so that the answer claims no authority.
    var isAnyClass = false
    /// The response code.
    var code = ResponseCode.noError
    /// Why the response is what it is, told to clients that speak EDNS (RFC 8914); `ExtendedError.none` for nothing.
    var extendedError = ExtendedError.none
    /// Whether the answer is authoritative.
    var isAuthoritative = false
    /// Whether something that must be told did not fit.
    var isTruncated = false
    /// Whether the answer must not be given, since its proof cannot be.
    var isUnprovable = false
    /// How many CNAME and DNAME records were followed.
    var steps = 0
    /// The name that is looked up now: the question's, or where a CNAME or DNAME led.
    var name = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    /// Where that name stands in the message; -1 when it cannot be pointed to.
    var nameOffset = MessageSize.header
    /// Labels of the zone cut of a referral; -1 without one.
    var cutLabels = -1
    /// The generation of the zone that answers; 0 without one, and for one that 32 bits have no room for.
    var zone: UInt32 = 0
    /// Whether the answer's first records are made for the name, by a wildcard or a DNAME.
    var isFromWildcard = false

    /// The name, or one above it, as an owner: its last `labels` labels.
    func owner(_ labels: Int, of key: borrowing LookupKey) -> OwnerName {
        if labels == 0 { return .written(at: 0) }
        if labels == key.labels, nameOffset > 0 { return .written(at: nameOffset) }
        let offset = key.offset(ofLast: labels)
        // Only the question stands in the message without pointers.
        if steps == 0 { return .written(at: MessageSize.header &+ offset) }
        return unsafe .wire(UnsafeRawBufferPointer(rebasing: name[offset...]))
    }
}
