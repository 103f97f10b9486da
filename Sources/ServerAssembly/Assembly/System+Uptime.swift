// A release build finds timespec there when other files of the module import Foundation.
import CoreFoundation
import Glibc

extension System {
    /// Milliseconds since the machine started, sleep included; 0 where the kernel does not tell.
    static var uptime: Int64 {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_BOOTTIME, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
