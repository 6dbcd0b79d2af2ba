-- SPDX-License-Identifier: Apache-2.0
-- SPDX-FileCopyrightText: Zonewright authors
--
-- What wrk sends: each line of a file of requests is "METHOD PATH[ BODY]", taken in turn. In a body, %N stands for a
-- number that no other request of the run has. wrk -s load.lua URL -- FILE HEADER:VALUE …

local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

function init(arguments)
    for index = 2, #arguments do
        local name, value = arguments[index]:match("^([^:]+):(.*)$")
        wrk.headers[name] = value
    end
    wrk.headers["Content-Type"] = "application/json"
    lines, turn, counter = {}, 0, 0
    for line in io.lines(arguments[1]) do
        local method, path, body = line:match("^(%S+) (%S+) ?(.*)$")
        lines[#lines + 1] = { method, path, body ~= "" and body or nil }
    end
    -- Threads begin at different lines.
    turn = number * math.floor(#lines / 2)
    stamp = os.time() % 1000000
end

function request()
    turn = turn % #lines + 1
    local line = lines[turn]
    local body = line[3]
    if body then
        body = body:gsub("%%N", function()
            counter = counter + 1
            return string.format("%dt%dn%d", stamp, number, counter)
        end)
    end
    return wrk.format(line[1], line[2], nil, body)
end


function done(summary, latency)
    io.write(string.format(
        'RESULT {"requests": %d, "seconds": %.3f, "bad": %d, "socket_errors": %d, "p50": %.2f, "p99": %.2f, "max": %.2f}\n',
        summary.requests, summary.duration / 1e6, summary.errors.status,
        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000
    ))
end
