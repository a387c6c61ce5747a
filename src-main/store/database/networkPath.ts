/** Tells network shares, on which SQLite's write-ahead log is unsafe, from local disks. */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/** Linux statfs magic numbers of file systems whose shared memory does not reach every machine that may open the file. */
const networkTypes = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x65735546, // FUSE: sshfs, rclone and others; local ones lose nothing but a little speed
  0x01021997, // 9P: virtual machines' shared folders
  0x00c36400, // Ceph
  0x5346414f, // AFS
  0x6b414653, // kAFS
  0x47504653, // GPFS
  0x0bd00bd0, // Lustre
  0x19830326, // BeeGFS
  0x7461636f, // OCFS2
  0x01161970, // GFS2
  0x786f4256, // VirtualBox shared folders
  0xbacbacbc, // VMware shared folders
]);

/** Whether the file (which need not exist yet, in a folder that does) lies on a share of several machines. */
export function isNetworkPath(file: string): boolean {
  if (process.platform === 'win32') return /^(\\\\|\/\/)(?![?.])/.test(file) || /^\\\\\?\\UNC\\/i.test(file);
  if (process.platform !== 'linux') return false;
  try {
    return networkTypes.has(Number(statfsSync(dirname(file)).type) >>> 0);
  } catch {
    return false;
  }
}
