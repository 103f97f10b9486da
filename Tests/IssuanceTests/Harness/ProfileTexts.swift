/// Profile files for tests: those that are shipped, with every rule written out.
enum ProfileTexts {
    static let device = """
        issuer_ref: devices
        ttl: 30d
        not_before_duration: 5m
        allowed_key_types: [ec-p256, ec-p384, ed25519, rsa]
        min_rsa_bits: 2048
        key_usage: [DigitalSignature, KeyAgreement]
        server_flag: false
        client_flag: true
        renewal: {from_percent: 60, to_percent: 75, grace: 24h, exclusive: true}
        device:
          organization: [$organizations]
          ou: ["sensor", "gateway-*"]
        """

    static let service = service()

    /// - Parameter rules: lines of the group `service`, besides the domains.
    static func service(
        _ rules: String = "allow_subdomains: true\n  allow_ip_sans: true\n  allowed_ip_sans_cidr: [127.0.0.0/8, \"::1/128\"]"
    ) -> String {
        """
        issuer_ref: services
        ttl: 24h
        not_before_duration: 1m
        allowed_key_types: [ec-p256, ec-p384, ed25519, rsa]
        key_usage: [DigitalSignature, KeyEncipherment]
        server_flag: true
        client_flag: true
        renewal: {from_percent: 50, to_percent: 65, grace: 1h, exclusive: false}
        service:
          allowed_domains: [$service_domains]
          \(rules)
        """
    }

    static let server = """
        reserved: true
        issuer_ref: services
        ttl: 24h
        not_before_duration: 5m
        allowed_key_types: [ec-p256]
        key_usage: [DigitalSignature]
        server_flag: true
        client_flag: false
        renewal: {from_percent: 40, to_percent: 50, grace: 0s, exclusive: false}
        service:
          allowed_domains: []
          allow_any_name: true
          allow_localhost: true
          allow_ip_sans: true
          allowed_ip_sans_cidr: [0.0.0.0/0, "::/0"]
        """

    static let all = ["profiles/device.yaml": device, "profiles/service.yaml": service, "profiles/server.yaml": server]
    static let lists = ["organizations": ["Example", "Second GmbH"], "service_domains": ["internal"]]
}
