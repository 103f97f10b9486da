import PKI

/// A PKCS#10 request put together by hand, so that each part can be wrong.
struct ForgedRequest {
    var version: Int64 = 0
    var subject: [UInt8] = [0x30, 0x00]
    var publicKeyInfo: [UInt8]
    /// Each an Attribute.
    var attributes: [[UInt8]] = []
    var signatureAlgorithm: [UInt8]
    var key: PrivateKey

    init(key: PrivateKey) {
        self.key = key
        publicKeyInfo = key.publicKey.der
        signatureAlgorithm = key.algorithm.signature.identifier
    }

    func der() throws -> [UInt8] {
        var info = DERWriter()
        info.constructed(0x30) { info in
            info.integer(version)
            info.raw(subject)
            info.raw(publicKeyInfo)
            info.constructed(0xA0) { field in
                for attribute in attributes { field.raw(attribute) }
            }
        }
        let signature = try key.sign(info.bytes)
        var request = DERWriter()
        request.constructed(0x30) { request in
            request.raw(info.bytes)
            request.raw(signatureAlgorithm)
            request.bitString(signature)
        }
        return request.bytes
    }

    /// An attribute that asks for these Extensions, PKCS#9's unless another is named.
    static func extensionRequest(_ extensions: [[UInt8]], in type: ObjectIdentifierDER = .extensionRequest) -> [UInt8] {
        var attribute = DERWriter()
        attribute.constructed(0x30) { attribute in
            attribute.objectIdentifier(type)
            attribute.constructed(0x31) { values in
                values.constructed(0x30) { list in
                    for ext in extensions { list.raw(ext) }
                }
            }
        }
        return attribute.bytes
    }

    /// One Extension.
    static func ext(_ oid: ObjectIdentifierDER, critical: Bool = false, _ value: [UInt8]) -> [UInt8] {
        var ext = DERWriter()
        ext.constructed(0x30) { ext in
            ext.objectIdentifier(oid)
            if critical { ext.boolean(true) }
            ext.octetString(value)
        }
        return ext.bytes
    }

    /// A Name of one attribute with any string type.
    static func name(_ type: ObjectIdentifierDER, tag: UInt8, _ value: [UInt8]) -> [UInt8] {
        var name = DERWriter()
        name.constructed(0x30) { name in
            name.constructed(0x31) { set in
                set.constructed(0x30) { attribute in
                    attribute.objectIdentifier(type)
                    attribute.primitive(tag, value)
                }
            }
        }
        return name.bytes
    }
}
