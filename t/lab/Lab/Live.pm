# SPDX-License-Identifier: GPL-3.0-or-later
# The servers of the lab that sign each answer when they are asked: PowerDNS and Knot's onlinesign.
# They get zones without signatures and the key of the recipe.
package Lab::Live;

use strict;
use warnings;
use Exporter qw(import);
use File::Path qw(make_path);
use Lab::Servers qw(knot_server save);

our @EXPORT_OK = qw(live_file missing_program prepare_live);

my %PROGRAMS = (pdns => [qw(pdns_server pdnsutil)], online => [qw(keymgr)]);

sub live_file
{
    my ($zone) = @_;
    return 'zones/live/' . ($zone =~ s/\.$//r) . '.zone';
}

# The first program that a role needs and that is not installed.
sub missing_program
{
    my ($role) = @_;
    for my $program (@{ $PROGRAMS{$role} // [] }) {
        return $program if !grep { -x "$_/$program" } split /:/, $ENV{PATH};
    }
    return;
}

sub quietly
{
    my ($log, @command) = @_;
    system('sh', '-c', 'exec "$@" >>"$0" 2>&1', $log, @command) == 0
        or die "failed, see $log: @command\n";
    return;
}

# How a zone is denied, out of its recipe: the words after "nsec3".
sub nsec3_words
{
    my ($recipe) = @_;
    my ($words) = map { $_->{text} } grep { $_->{verb} eq 'nsec3' } @{ $recipe->{steps} };
    return if !defined $words;
    my @words = split ' ', $words;
    return [ @words ? @words : (0, '-') ];
}

# The zones are those of the BIND backend, which keeps its keys in a file of SQLite.
sub prepare_pdns
{
    my ($folder, $port, $addresses, @recipes) = @_;
    my $own = "$folder/pdns";
    make_path($own);
    save("$own/named.conf", join '', map {
        qq(zone "$_->{name}" { type master; file "$folder/) . live_file($_->{name}) . qq("; };\n)
    } @recipes);
    save("$own/pdns.conf", <<"END");
launch=bind
bind-config=$own/named.conf
bind-dnssec-db=$own/dnssec.db
socket-dir=$own
local-address=@{[ join ',', @$addresses ]}
local-port=$port
cache-ttl=0
distributor-threads=1
receiver-threads=1
signing-threads=1
loglevel=4
security-poll-suffix=
END
    my @util = ("$folder/pdns.log", 'pdnsutil', "--config-dir=$own");
    quietly(@util, 'create-bind-db', "$own/dnssec.db");
    for my $recipe (@recipes) {
        quietly(@util, 'import-zone-key-pem', $recipe->{name}, "$folder/keys/13-C1.pem", 13, 'ksk');
        my $words = nsec3_words($recipe) // next;
        my ($iterations, $salt, @flag) = @$words;
        quietly(@util, 'set-nsec3', $recipe->{name}, "1 0 $iterations $salt", @flag);
    }
    return;
}

sub knot_configuration
{
    my ($folder, $port, $addresses, @recipes) = @_;
    my $module = "    module: mod-onlinesign/online\n";
    my $text = knot_server($folder, $port, 'knot-online', $addresses, <<'END', $module);
policy:
  - id: online
    manual: on
    single-type-signing: on
    algorithm: ecdsap256sha256
mod-onlinesign:
  - id: online
    policy: online
END
    $text .= qq(  - domain: "$_->{name}"\n    file: "@{[ live_file($_->{name}) ]}"\n) for @recipes;
    return $text;
}

sub prepare_online
{
    my ($folder, $port, $addresses, @recipes) = @_;
    make_path("$folder/knot-online.db");
    my $file = "$folder/knot-online.conf";
    save($file, knot_configuration($folder, $port, $addresses, @recipes));
    for my $recipe (@recipes) {
        quietly("$folder/knot-online.log", 'keymgr', '-c', $file, $recipe->{name}, 'import-pem',
            "$folder/keys/13-C1.pem", qw(algorithm=13 ksk=yes zsk=yes));
    }
    return;
}

my %PREPARE = (pdns => \&prepare_pdns, online => \&prepare_online);

# Configuration and keys of one such server: of the recipes with its role, at both addresses.
sub prepare_live
{
    my ($role, $folder, $port, $addresses, @recipes) = @_;
    $PREPARE{$role}->($folder, $port, $addresses, @recipes) if @recipes;
    return;
}

1;
