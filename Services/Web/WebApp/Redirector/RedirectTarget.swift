// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Where a request for a name with a URL record goes. Pure.
enum RedirectTarget {
    /// The record's URL with the path and the query of the request behind its own.
    ///
    /// What is appended begins with `/` or `?` and comes behind the host, so that no request can lead to another host than
    /// the record's.
    ///
    /// - Parameters:
    ///   - url: The record's content: `http` or `https`, a host, and maybe a path, a query and a fragment.
    ///   - request: The request's target in origin form (RFC 9112 3.2.1).
    /// - Returns: nil when the request's target has another form, or octets that no URL has.
    static func location(url: String, request: String) -> String? {
        guard request.hasPrefix("/"), request.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        let (plain, fragment) = split(url, at: "#")
        let (base, query) = split(plain, at: "?")
        let (path, asked) = split(split(request, at: "#").0, at: "?")
        var location = String(base)
        if path != "/" {
            if location.hasSuffix("/") { location.removeLast() }
            location += path
        } else if !base.drop(while: { $0 != ":" }).dropFirst(3).contains("/") {
            // A URL without a path has the empty one, and clients ask for `/` then.
            location += "/"
        }
        let queries = [query, asked].compactMap(\.self).filter { !$0.isEmpty }
        if !queries.isEmpty { location += "?" + queries.joined(separator: "&") }
        if let fragment { location += "#" + fragment }
        return location
    }

    /// The host of a request's `Host` field as zones have names; nil for what is no host name, such as an address.
    static func host(_ field: String) -> String? {
        var host = field.lowercased()[...]
        if let colon = host.lastIndex(of: ":") {
            guard host[host.index(after: colon)...].utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            host = host[..<colon]
        }
        if host.hasSuffix(".") { host = host.dropLast() }
        guard !host.isEmpty, host.utf8.count <= 253, let last = host.split(separator: ".").last,
            !last.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            host.utf8.allSatisfy({ octet in
                (0x61...0x7A).contains(octet) || (0x30...0x39).contains(octet) || octet == 0x2D || octet == 0x2E
                    || octet == 0x5F
            })
        else { return nil }
        return String(host)
    }

    private static func split(_ text: some StringProtocol, at mark: Character) -> (Substring, Substring?) {
        let text = Substring(text)
        guard let place = text.firstIndex(of: mark) else { return (text, nil) }
        return (text[..<place], text[text.index(after: place)...])
    }
}
