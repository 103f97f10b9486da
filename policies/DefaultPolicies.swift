/// The policy files this build ships; `ca-server init` copies them.
package enum DefaultPolicies {
    /// File contents by path below `policies/`.
    package static var files: [String: [UInt8]] {
        [
            "profiles/device.yaml": PackageResources.device_yaml,
            "profiles/service.yaml": PackageResources.service_yaml,
            "profiles/server.yaml": PackageResources.server_yaml,
            "access/admin.yaml": PackageResources.admin_yaml,
            "access/auditor.yaml": PackageResources.auditor_yaml,
            "access/provisioner.yaml": PackageResources.provisioner_yaml,
            "limits.yaml": PackageResources.limits_yaml,
        ]
    }
}
