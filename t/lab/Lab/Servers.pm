# SPDX-License-Identifier: GPL-3.0-or-later
# The configuration of the lab's daemons.
package Lab::Servers;

use strict;
use warnings;
use Exporter qw(import);
use Lab::Recipe qw(address_of);

our @EXPORT_OK = qw(knot_server save write_configuration);

sub save
{
    my ($file, $text) = @_;
    open my $out, '>', $file or die "cannot write $file: $!\n";
    print $out $text;
    close $out or die "cannot write $file: $!\n";
    return;
}

sub zone_file
{
    my ($zone, $server) = @_;
    return "zones/$server/" . ($zone eq '.' ? 'root' : $zone =~ s/\.$//r) . '.zone';
}

# The zones for server `server` (1: NSD, 2: Knot), for the one of the top (1) or the other (0).
sub zones_of
{
    my ($recipes, $server, $top) = @_;
    return grep {
        my $role = Lab::Recipe::role($_, $server);
        ($role->{loaded} || $role->{fileless}) && ($role->{name} eq 'top' ? 1 : 0) == $top;
    } @$recipes;
}

sub gives_transfers
{
    my ($recipe, $server) = @_;
    return scalar grep { $_->{verb} eq 'transfers' } Lab::Recipe::steps_for($recipe, $server);
}

sub nsd_configuration
{
    my ($folder, $port, $name, $address, @zones) = @_;
    my $text = <<"END";
server:
    ip-address: $address\@$port
    port: $port
    username: ""
    chroot: ""
    zonesdir: "$folder"
    database: ""
    pidfile: "$folder/$name.pid"
    logfile: "$folder/$name.log"
    xfrdir: "$folder"
    xfrdfile: "$folder/$name.xfrd"
    zonelistfile: "$folder/$name.zones"
    server-count: 1
    hide-version: yes
    rrl-ratelimit: 0
    rrl-whitelist-ratelimit: 0
remote-control:
    control-enable: no
END
    for my $recipe (@zones) {
        my $file = zone_file($recipe->{name}, 1);
        $text .= qq(zone:\n    name: "$recipe->{name}"\n    zonefile: "$file"\n);
        $text .= "    provide-xfr: 127.0.0.0/8 NOKEY\n" if gives_transfers($recipe, 1);
    }
    return $text;
}

# A Knot server but for what it serves; `more` is what the template of its zones has beside.
sub knot_server
{
    my ($folder, $port, $name, $addresses, $sections, $more) = @_;
    my $listen = join ', ', map { qq("$_\@$port") } @$addresses;
    return <<"END";
server:
    rundir: "$folder"
    pidfile: "$folder/$name.pid"
    listen: [ $listen ]
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
control:
    listen: "/proc/self/cwd/$name.sock"
log:
  - target: "$folder/$name.log"
    any: info
database:
    storage: "$folder/$name.db"
    journal-db-max-size: 1M
    kasp-db-max-size: 5M
    timer-db-max-size: 1M
    catalog-db-max-size: 5M
${sections}template:
  - id: default
    storage: "$folder"
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: none
    semantic-checks: off
${more}zone:
END
}

sub knot_configuration
{
    my ($folder, $port, $name, $address, @zones) = @_;
    my $text = knot_server($folder, $port, $name, [$address], <<'END', '');
acl:
  - id: everybody
    address: 127.0.0.0/8
    action: transfer
END
    for my $recipe (@zones) {
        my $file = zone_file($recipe->{name}, 2);
        $text .= qq(  - domain: "$recipe->{name}"\n    file: "$file"\n);
        $text .= "    acl: everybody\n" if gives_transfers($recipe, 2);
    }
    return $text;
}

sub unbound_configuration
{
    my ($folder, $port, @recipes) = @_;
    my $text = <<"END";
server:
    interface: 127.0.53.53\@$port
    port: $port
    directory: "$folder"
    chroot: ""
    username: ""
    pidfile: "$folder/unbound.pid"
    logfile: "$folder/unbound.log"
    use-syslog: no
    num-threads: 1
    so-reuseport: no
    do-ip6: no
    do-not-query-localhost: no
    module-config: "validator iterator"
    trust-anchor-file: "$folder/root.key"
    local-zone: "test." nodefault
    target-fetch-policy: "0 0 0 0 0"
    outgoing-range: 256
    val-log-level: 2
remote-control:
    control-enable: no
END
    for my $recipe (@recipes) {
        $text .= qq(stub-zone:\n    name: "$recipe->{name}"\n    stub-prime: no\n);
        $text .= '    stub-addr: ' . address_of($recipe, $_) . "\@$port\n" for 1, 2;
    }
    return $text;
}

# One line for each address that the responder plays a part on: part, address, real server.
sub responder_parts
{
    my ($port, @recipes) = @_;
    my %parts;
    for my $recipe (@recipes) {
        for my $server (1, 2) {
            my $role = Lab::Recipe::role($recipe, $server);
            next if !$role->{front};
            my $address = address_of($recipe, $server);
            $parts{$address} = "$role->{name} $address 127.0.53.1$server $port\n";
        }
    }
    return join '', map { $parts{$_} } sort keys %parts;
}

# What must answer before the lab is ready: address and name.
sub questions
{
    my (@recipes) = @_;
    my @lines = ("127.0.53.53 .\n");
    for my $recipe (@recipes) {
        for my $server (1, 2) {
            my $role = Lab::Recipe::role($recipe, $server);
            next if !$role->{loaded} && !$role->{live} && $role->{name} ne 'compact';
            push @lines, address_of($recipe, $server) . " $recipe->{name}\n";
        }
    }
    return join '', @lines;
}

sub write_configuration
{
    my ($folder, $port, @recipes) = @_;
    save("$folder/nsd-top.conf",
        nsd_configuration($folder, $port, 'nsd-top', '127.0.53.1', zones_of(\@recipes, 1, 1)));
    save("$folder/nsd.conf",
        nsd_configuration($folder, $port, 'nsd', '127.0.53.11', zones_of(\@recipes, 1, 0)));
    save("$folder/knot-top.conf",
        knot_configuration($folder, $port, 'knot-top', '127.0.53.2', zones_of(\@recipes, 2, 1)));
    save("$folder/knot.conf",
        knot_configuration($folder, $port, 'knot', '127.0.53.12', zones_of(\@recipes, 2, 0)));
    save("$folder/unbound.conf", unbound_configuration($folder, $port, @recipes));
    save("$folder/responder.parts", responder_parts($port, @recipes));
    save("$folder/questions", questions(@recipes));
    return;
}

1;
