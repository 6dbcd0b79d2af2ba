// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import FuzzTargets
import Glibc

/// Runs libFuzzer over one target: `zonewright-fuzz --target=NAME [options of libFuzzer] [folders or files]`.
@main struct ZonewrightFuzz {
    static func main() {
        let flag = "--target="
        let name = CommandLine.arguments.first { $0.hasPrefix(flag) }?.dropFirst(flag.count)
        guard let target = name.flatMap({ FuzzTarget(rawValue: String($0)) }) else {
            print("usage: zonewright-fuzz --target=NAME [options of libFuzzer] [folders or files]")
            print("targets: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))")
            exit(2)
        }
        do {
            unsafe check = try target.makeCheck()
        } catch {
            print("\(target.rawValue) cannot begin: \(error)")
            exit(2)
        }
        var count = CommandLine.argc
        var arguments = unsafe CommandLine.unsafeArgv
        exit(unsafe runFuzzer(&count, &arguments, runOne))
    }
}

// SAFETY: written before libFuzzer starts, read by its one thread.
nonisolated(unsafe) private var check: (any FuzzCheck)?

/// Runs one input; a broken promise traps, which libFuzzer takes for a find.
private func runOne(_ octets: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: octets, count: count))
    do {
        unsafe try check?.check(input)
    } catch {
        print("broken promise: \(error)")
        fflush(nil)
        abort()
    }
    return 0
}

/// libFuzzer's own `main`, of its runtime library: it never returns unless asked to stop after some runs.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
