/// Keys and their self-signed certificates as OpenSSL made them, for these tests and nothing else.
enum OpenSSLVectors {
    static let p256Key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgi0PJTIcS+6SXK6VN
        slDwXOenM141KaGVnF+rCDV0KkWhRANCAARPaM7+r2cOZwX/VQrI4vMzimzVCIJk
        G6/8r7uigG9xAzCsKg7DWjHyZ9cyAcXp37vPRzMIFCVZ9vAuvy9nzVG7
        -----END PRIVATE KEY-----
        """
    static let p256Certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBfjCCASWgAwIBAgIUQ5AvU8Voow6QA/NVa/7OeirOS54wCgYIKoZIzj0EAwIw
        FTETMBEGA1UEAwwKRGV2aWNlcyBDQTAeFw0yNjExMjExODQ2MDFaFw00NjExMTYx
        ODQ2MDFaMBUxEzARBgNVBAMMCkRldmljZXMgQ0EwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAARPaM7+r2cOZwX/VQrI4vMzimzVCIJkG6/8r7uigG9xAzCsKg7DWjHy
        Z9cyAcXp37vPRzMIFCVZ9vAuvy9nzVG7o1MwUTAdBgNVHQ4EFgQU8DfYt1347i9z
        GaMH23wwkgI4I/owHwYDVR0jBBgwFoAU8DfYt1347i9zGaMH23wwkgI4I/owDwYD
        VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiB8jxYq6jOCw0h58Iq4nRYb
        Nxhe3KJqbd6cUyluWm3pdAIgDgPBC66hu2SEyh7hod7MDeZasn0IkEQdifdhinyh
        bXk=
        -----END CERTIFICATE-----
        """
    static let p384Key = """
        -----BEGIN PRIVATE KEY-----
        MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDB/xP8xmyp1Wahf4+5F
        CWqwx0nIqDWsr2djSoNgMZhroJo3FrznrKA5Kk427Dkqv+2hZANiAAT53ueznD42
        KiN1trQUophiKxweTBS9TVntoGlgZ8iVWyMJMfHdfgZdhOQfPoEsD6BueMXMKP8+
        iR3uCopYqpsT/LVS7DpmLThUNKXQBFS1BQ3ZbsaC8sZv18sFO7P+JXI=
        -----END PRIVATE KEY-----
        """
    static let p384Certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBtjCCATygAwIBAgIUCCjY9WJEdUSTr4jGbsdeepu0xXUwCgYIKoZIzj0EAwMw
        EjEQMA4GA1UEAwwHUm9vdCBDQTAeFw0yNjExMjExODQ2MDFaFw00NjExMTYxODQ2
        MDFaMBIxEDAOBgNVBAMMB1Jvb3QgQ0EwdjAQBgcqhkjOPQIBBgUrgQQAIgNiAAT5
        3ueznD42KiN1trQUophiKxweTBS9TVntoGlgZ8iVWyMJMfHdfgZdhOQfPoEsD6Bu
        eMXMKP8+iR3uCopYqpsT/LVS7DpmLThUNKXQBFS1BQ3ZbsaC8sZv18sFO7P+JXKj
        UzBRMB0GA1UdDgQWBBTwGUg+4+Uq/fhK+IXpiH+mxAhJbTAfBgNVHSMEGDAWgBTw
        GUg+4+Uq/fhK+IXpiH+mxAhJbTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMD
        A2gAMGUCMCsceosMzeTSAYmBy1kovZLmRw2vcf9NSZD+q6yfYMkiqMgd8I8gjf4W
        v/tUPEYeCAIxAOeiSsVLbsASWhTunj8jdAynIuroiLTgqA+3OINNr1rVffHklP/m
        XUJQsThm9pwIVQ==
        -----END CERTIFICATE-----
        """
}
