/// The known name a person most likely meant; nil when none is near.
package func closestName(to name: String, among known: some Sequence<String>) -> String? {
    let limit = max(1, min(3, name.count / 3))
    return known.map { (distance: editDistance(name, $0), name: $0) }
        .filter { $0.distance <= limit }
        .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?
        .name
}

/// Insertions, deletions, substitutions and swaps of neighbours; names longer than 64 characters are cut, since a file may hold anything.
private func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left.lowercased().prefix(64)), right = Array(right.lowercased().prefix(64))
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for index in left.indices {
        var row = [index + 1]
        for column in right.indices {
            let substitution = last[column] + (left[index] == right[column] ? 0 : 1)
            var distance = min(substitution, last[column + 1] + 1, row[column] + 1)
            if index > 0, column > 0, left[index] == right[column - 1], left[index - 1] == right[column] {
                distance = min(distance, beforeLast[column - 1] + 1)
            }
            row.append(distance)
        }
        (beforeLast, last) = (last, row)
    }
    return last[right.count]
}
