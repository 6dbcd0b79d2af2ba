// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Hummingbird
import Identity
import NIOCore

/// The few pages that a user sees of OAuth: plain HTML without scripts.
enum ConsentPage {
    /// Asks a user who is logged in. `query` is the authorization request as it came.
    static func consent(_ asked: AuthorizationRequest, _ caller: Caller, csrfToken: String, query: String) -> Response {
        let accounts = caller.accounts.filter { asked.accountID == nil || asked.accountID == $0.id }
        guard !accounts.isEmpty else {
            return self.message("You do not work in the account that the application asks for.", status: .forbidden)
        }
        let options = accounts.map { "<option value=\"\($0.id)\">\(self.escaped("\($0.name) (\($0.email))"))</option>" }
        let rights = asked.scopes.map { $0.map { "<li><code>\(self.escaped($0.description))</code></li>" }.joined() }
        return self.page(
            """
            <h1>\(self.escaped(asked.application.name)) asks for access</h1>
            <p>It wants to do this for an account of yours:</p>
            <ul>\(rights ?? "<li>everything that you can do there</li>")</ul>
            <p>You go on to <code>\(self.escaped(asked.redirectURI.text))</code>.</p>
            <form method="post" action="/oauth/authorize">
            <input type="hidden" name="query" value="\(self.escaped(query))">
            <input type="hidden" name="csrf_token" value="\(csrfToken)">
            <p><label>Account <select name="account">\(options.joined())</select></label></p>
            <p><button name="decision" value="allow">Allow</button>
            <button name="decision" value="deny">Deny</button></p>
            </form>
            """
        )
    }

    /// Asks for e-mail address and password, and leads back to the authorization request `query`.
    static func logIn(query: String, problem: String? = nil, status: HTTPResponse.Status = .ok) -> Response {
        self.page(
            """
            <h1>Log in</h1>
            \(problem.map { "<p><strong>\(self.escaped($0))</strong></p>" } ?? "")
            <form method="post" action="/oauth/session">
            <input type="hidden" name="query" value="\(self.escaped(query))">
            <p><label>E-mail <input name="email" type="email" autocomplete="username" required></label></p>
            <p><label>Password
            <input name="password" type="password" autocomplete="current-password" required></label></p>
            <p><label>One-time code, if you use them
            <input name="otp" autocomplete="one-time-code"></label></p>
            <p><button>Log in</button></p>
            </form>
            """,
            status: status
        )
    }

    /// Loads the same request again from a page of ours: browsers leave the cookie out where another site leads here.
    static func again(query: String) -> Response {
        let target = self.escaped("/oauth/authorize?\(query)&same_site=1")
        return self.page(
            "<p><a href=\"\(target)\">Go on</a></p>",
            head: "<meta http-equiv=\"refresh\" content=\"0;url=\(target)\">"
        )
    }

    /// Tells something, and leads nowhere.
    static func message(_ text: String, status: HTTPResponse.Status) -> Response {
        self.page("<h1>This does not work</h1><p>\(self.escaped(text))</p>", status: status)
    }

    /// `text` as it stands in HTML, in an attribute's value, too.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    private static func page(_ body: String, head: String = "", status: HTTPResponse.Status = .ok) -> Response {
        let html = """
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Zonewright</title>\(head)</head>
            <body>\(body)</body></html>
            """
        return Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8",
                .cacheControl: "no-store",
                .contentSecurityPolicy: "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
            ],
            body: .init(byteBuffer: ByteBuffer(string: html))
        )
    }
}
