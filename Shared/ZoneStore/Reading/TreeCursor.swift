// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Finds keys in a tree, and what stands next to them.
@safe
struct TreeCursor: ~Copyable {
    /// An entry of a leaf, or the place behind the last one.
    @safe
    struct Place {
        let page: TreePage
        var index: Int
        /// Whether the entry has exactly the key that was looked for.
        let isExact: Bool
        /// How many branches are noted on the way to it.
        fileprivate let depth: Int
    }

    @safe
    private struct Frame {
        // SAFETY: a page of the snapshot that is being looked at.
        let page: UnsafeRawPointer
        let index: Int
    }

    // SAFETY: `limit` frames, allocated in init and freed in deinit; a depth is never beyond it. `seek` writes the
    // frames that `next` and `previous` read, so a place can only be moved from until the next `seek`.
    private let frames: UnsafeMutablePointer<Frame>
    /// LMDB's own bound on the depth of trees.
    private static let limit = 32

    init() {
        unsafe frames = .allocate(capacity: Self.limit)
    }

    deinit {
        unsafe frames.deallocate()
    }

    /// The first entry of `range` that does not stand in front of `key`.
    @inline(__always)
    func seek(
        _ key: UnsafeRawBufferPointer,
        in range: TreeRange,
        _ pages: SnapshotPages
    ) throws(ZoneReadError) -> Place {
        var page = try unsafe pages.page(at: range.page)
        var low = Int(range.low)
        var high = Int(range.high)
        var depth = 0
        while !page.isLeaf {
            guard depth < Self.limit else { throw .damaged }
            let index = try unsafe page.branch(key, from: low, to: high)
            unsafe (frames + depth).initialize(to: Frame(page: page.base, index: index))
            depth &+= 1
            page = try pages.page(page.child(index))
            low = 0
            high = page.isLeaf ? page.count : page.count &- 1
        }
        let found = try unsafe page.lowerBound(key, from: low, to: high)
        return Place(page: page, index: found.index, isExact: found.isExact, depth: depth)
    }

    /// The entry at a place, which may be the first one of the next leaf; nil at the end of the tree, or of the leaf that
    /// `seek` began with.
    @inline(__always)
    func settled(_ place: Place, _ pages: SnapshotPages) throws(ZoneReadError) -> Place? {
        if place.index < place.page.count { return place }
        return try neighbor(of: place, isBehind: true, pages)
    }

    /// The entry in front of a place; nil when there is none in the tree, or in the leaf that `seek` began with.
    @inline(__always)
    func previous(_ place: Place, _ pages: SnapshotPages) throws(ZoneReadError) -> Place? {
        if place.index > 0 {
            return Place(page: place.page, index: place.index &- 1, isExact: false, depth: place.depth)
        }
        return try neighbor(of: place, isBehind: false, pages)
    }

    /// The nearest entry of the leaf behind, or in front of, that of a place.
    private func neighbor(of place: Place, isBehind: Bool, _ pages: SnapshotPages) throws(ZoneReadError) -> Place? {
        var depth = place.depth
        while depth > 0 {
            let frame = unsafe frames[depth &- 1]
            var page = try unsafe pages.page(at: frame.page)
            let index = isBehind ? frame.index &+ 1 : frame.index &- 1
            guard index >= 0, index < page.count else {
                depth &-= 1
                continue
            }
            unsafe (frames + (depth &- 1)).initialize(to: Frame(page: page.base, index: index))
            page = try pages.page(page.child(index))
            while !page.isLeaf {
                guard depth < Self.limit else { throw .damaged }
                let edge = isBehind ? 0 : page.count &- 1
                unsafe (frames + depth).initialize(to: Frame(page: page.base, index: edge))
                depth &+= 1
                page = try pages.page(page.child(edge))
            }
            return Place(page: page, index: isBehind ? 0 : page.count &- 1, isExact: false, depth: depth)
        }
        return nil
    }

    /// The part of a tree that holds all keys from `first` on and in front of `end`; keys at its edges may be others.
    func narrow(
        _ range: TreeRange,
        from first: UnsafeRawBufferPointer,
        to end: UnsafeRawBufferPointer,
        _ pages: SnapshotPages
    ) throws(ZoneReadError) -> TreeRange {
        var page = try unsafe pages.page(at: range.page)
        var low = Int(range.low)
        var high = Int(range.high)
        for _ in 0..<Self.limit {
            if page.isLeaf {
                // The entries at both edges stay, for the look at the neighbors.
                return unsafe TreeRange(
                    page: page.base,
                    low: try page.lowerBound(first, from: low, to: high).index,
                    high: try page.lowerBound(end, from: low, to: high).index
                )
            }
            let start = try unsafe page.branch(first, from: low, to: high)
            let last = try unsafe page.branch(end, from: low, to: high)
            if start != last { return unsafe TreeRange(page: page.base, low: start, high: last) }
            page = try pages.page(page.child(start))
            low = 0
            high = page.isLeaf ? page.count : page.count &- 1
        }
        throw .damaged
    }
}
