/// Makes a PKCS#10 request, DER, signed by the key it is for.
///
/// - Parameter names: requested as subjectAltName; kinds that cannot be encoded are left out.
package func makeSigningRequest(
    key: PrivateKey, commonName: String?, organization: String?, organizationalUnit: String?, names: [GeneralName]
) throws(InvalidPrivateKey) -> [UInt8] {
    var info = DERWriter(capacity: 512)
    info.constructed(0x30) { info in
        info.integer(0)
        info.constructed(0x30) { subject in
            subject.attribute(.organization, organization)
            subject.attribute(.organizationalUnit, organizationalUnit)
            subject.attribute(.commonName, commonName)
        }
        info.raw(key.publicKey.der)
        info.constructed(0xA0) { attributes in
            if !names.isEmpty { attributes.extensionRequest(names) }
        }
    }
    let signature = try key.sign(info.bytes)
    var request = DERWriter(capacity: info.bytes.count + signature.count + 32)
    request.constructed(0x30) { request in
        request.raw(info.bytes)
        request.raw(key.algorithm.signature.identifier)
        request.bitString(signature)
    }
    return request.bytes
}

extension DERWriter {
    /// Appends a RelativeDistinguishedName of one UTF8String attribute (RFC 5280 §4.1.2.4); nothing without a value.
    package mutating func attribute(_ type: ObjectIdentifierDER, _ value: String?) {
        guard let value else { return }
        constructed(0x31) { set in
            set.constructed(0x30) { attribute in
                attribute.objectIdentifier(type)
                attribute.utf8String(value)
            }
        }
    }

    fileprivate mutating func extensionRequest(_ names: [GeneralName]) {
        constructed(0x30) { attribute in
            attribute.objectIdentifier(.extensionRequest)
            attribute.constructed(0x31) { values in
                values.constructed(0x30) { extensions in
                    extensions.constructed(0x30) { subjectAltName in
                        subjectAltName.objectIdentifier(.subjectAltName)
                        subjectAltName.constructed(0x04) { value in
                            value.constructed(0x30) { list in
                                for name in names { name.encode(into: &list) }
                            }
                        }
                    }
                }
            }
        }
    }
}
