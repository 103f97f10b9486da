package import HTTPTypes

extension HTTPFields {
    /// The value of a field; of several with the name, their values with commas between them. The library's subscript joins the values of one
    /// field as well, at six times the price.
    package func value(of name: HTTPField.Name) -> String? {
        let values = self[values: name]
        return values.count > 1 ? self[name] : values.first
    }
}
