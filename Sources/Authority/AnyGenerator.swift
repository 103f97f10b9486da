/// Lets a generator of unknown type be passed where a concrete one is asked for.
struct AnyGenerator: RandomNumberGenerator {
    var base: any RandomNumberGenerator

    mutating func next() -> UInt64 { base.next() }
}
