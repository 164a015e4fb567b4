/**
 * Directories that one application has for itself: what it works on there comes and goes. What packages of the system keep
 * beside them, and an application's directory as a whole, is something else.
 */
import { memo } from "./memo.ts";
import { isLogOfApplication, normalisePath } from "./targets.ts";

const APPLICATION = /^\/(?:srv|opt|data|var\/(?:lib|opt|spool|cache|log|www))\/([A-Za-z][\w.-]*)\/(.*)$/;
const OF_SYSTEM =
  /^(dpkg|apt|aptitude|rpm|dnf|yum|pacman|portage|zypp|snapd|flatpak|docker|containerd|containers|kubelet|etcd\d?|rancher|k3s|cni|libvirt|lx[cd]|incus|machines|qemu|postgres(ql)?|pgsql|mysql|mariadb|mongo(db)?|redis|valkey|elasticsearch|opensearch|cassandra|influxdb|clickhouse|neo4j|couchdb|prometheus|loki|rabbitmq|kafka|zookeeper|consul|vault|nomad|systemd|dbus|NetworkManager|iwd|dhcp\w*|bluetooth|polkit-1|pam|sudo|ssl|ucf|initramfs-tools|misc|alternatives|AccountsService|gdm\d?|lightdm|aide|clamav|fail2ban|samba|nfs|ldap|openldap|krb5kdc|sss|bind|named|postfix|exim\d?|cyrus|dovecot|mailman|mail|mqueue|cron|anacron|at(jobs|spool)?|cups|lpd|rsyslog|abrt|jenkins|gitlab|git|svn|nginx|apache2|httpd|caddy|letsencrypt|acme|tor|wireguard|openvpn|puppet|chef|salt|cloud|waagent|amazon|aws|google|microsoft|logrotate|man|fontconfig|ldconfig|private|backups?|audit|journal|lost\+found)$/i;

/** What is made again, or is in nobody's way when it is gone. */
const PASSING =
  /^([\w-]+[_.-])?(scratch|te?mp|caches?|trash|partial|parts|chunks|unpack(ed)?|thumb(nail)?s|previews?|expired)([_.-]\d+)?$/i;
/** Where an application puts what it works on, too: what came in, what is under way, what is done. */
const WORKED_ON =
  /^([\w-]+[_.-])?(spool|queued?|queues|jobs|uploads?|incoming|inbox|outbox|in|out|new|cur|done|failed|failures|processed|processing|pending|rejected|errors?|bounced|downloads?|staging|retry|dead|quarantine|work)([_.-]\d+)?$/i;

const placeOf = memo((path): { readonly app: string; readonly below: readonly string[] } | null => {
  const [, app, rest] = APPLICATION.exec(normalisePath(path)) ?? [];
  return app === undefined || rest === undefined || OF_SYSTEM.test(app) ? null : { app, below: rest.split("/") };
});

/** Something below such a directory of an application: `/srv/photos/incoming/a.jpg`, not `/srv/photos/incoming` itself. */
export const isWorkedOn = (path: string, tree: boolean): boolean =>
  placeOf(path)
    ?.below.slice(0, -1)
    .some((name) => PASSING.test(name) || (!tree && WORKED_ON.test(name))) === true;

/** Both within one application's directory, or a log beside where it was: the thing has another name, and is as much there as before. */
export function isRename(source: string, target: string): boolean {
  const [from, to] = [normalisePath(source), normalisePath(target)];
  if (isLogOfApplication(from) && to.startsWith(`${from}.`) && !to.slice(from.length).includes("/")) return true;
  const [left, right] = [placeOf(from), placeOf(to.includes("/") && target.endsWith("/") ? `${to}/x` : to)];
  return left !== null && right !== null && left.app === right.app && common(from, to).includes(`/${left.app}/`);
}

/** The directories that two paths share. */
function common(a: string, b: string): string {
  const [left, right] = [a.split("/"), b.split("/")];
  const end = left.findIndex((part, i) => part !== right[i]);
  return `${left.slice(0, end < 0 ? left.length : end).join("/")}/`;
}
