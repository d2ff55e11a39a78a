# SPDX-License-Identifier: GPL-3.0-or-later
# Other validators asked about the lab: Unbound (the lab's own), Knot Resolver and delv.
#
# A second Unbound that does not validate stands between the last two and the servers of the lab,
# since they do not know of servers on a port of their own.
package Lab::Oracle;

use strict;
use warnings;
use Exporter qw(import);
use IO::Select;
use IO::Socket::INET;
use Lab::Run qw(run slurp);
use Lab::Servers;
use Lab::Wire qw(type_number name_wire);
use Time::HiRes qw(time sleep);

our @EXPORT_OK = qw(start_oracles stop_oracles ask_twice ask_delv);

my $PLAIN = '127.0.53.54';
my $KNOT = '127.0.53.55';

# Questions on the way at a time, and how long each may take: Knot Resolver fails late.
my ($WINDOW, $PATIENCE) = (40, 15);

my ($owner, %processes) = (0);

sub launch
{
    my ($folder, $name, @command) = @_;
    my $pid = fork // die "cannot fork: $!\n";
    if (!$pid) {
        chdir $folder or die "cannot enter $folder: $!\n";
        open STDIN, '<', '/dev/null' or die;
        open STDOUT, '>', "$folder/$name.out" or die;
        open STDERR, '>&', \*STDOUT or die;
        exec { $command[0] } @command or die "cannot run $command[0]: $!\n";
    }
    ($owner, $processes{$name}) = ($$, $pid);
    return;
}

sub is_installed
{
    my ($program) = @_;
    return scalar grep { -x "$_/$program" } split /:/, $ENV{PATH};
}

# The configuration of the lab's Unbound without its validator.
sub plain_configuration
{
    my ($lab, $folder) = @_;
    my $text = slurp("$lab/unbound.conf");
    $text =~ s/interface: \S+\@/interface: $PLAIN\@/;
    $text =~ s/validator iterator/iterator/;
    $text =~ s/^ +trust-anchor-file.*\n//m;
    $text =~ s{"\S*/unbound\.(pid|log)"}{"$folder/plain.$1"}g;
    return $text;
}

sub start_knot
{
    my ($lab, $folder, $port) = @_;
    my $anchor = slurp("$lab/root.key") =~ s/\n//r;
    Lab::Servers::save("$folder/kresd.conf", <<"END");
net.listen('$KNOT', $port, { kind = 'dns' })
trust_anchors.remove('.')
trust_anchors.add('$anchor')
cache.size = 20 * MB
policy.add(policy.all(policy.FORWARD({'$PLAIN\@$port'})))
END
    launch($folder, 'kresd', 'kresd', '-n', '-q', '-c', "$folder/kresd.conf", $folder);
    return;
}

# The lab's anchor as BIND writes it.
sub bind_anchor
{
    my ($lab) = @_;
    my (@ds) = (split ' ', slurp("$lab/root.key"))[ 3 .. 6 ];
    return qq(trust-anchors { . static-ds $ds[0] $ds[1] $ds[2] "$ds[3]"; };\n);
}

# Starts what is installed; gives the addresses of the resolvers by name, and for delv (which is
# one only as long as it runs) that of the one it asks.
sub start_oracles
{
    my ($lab, $folder, $port) = @_;
    Lab::Servers::save("$folder/plain.conf", plain_configuration($lab, $folder));
    launch($folder, 'plain', 'unbound', '-d', '-c', "$folder/plain.conf");
    my %oracles = (unbound => '127.0.53.53');
    if (is_installed('kresd')) {
        start_knot($lab, $folder, $port);
        $oracles{knot} = $KNOT;
    }
    if (is_installed('delv')) {
        Lab::Servers::save("$folder/delv.anchors", bind_anchor($lab));
        $oracles{delv} = $PLAIN;
    }
    for my $who (sort keys %oracles) {
        my $end = time + 15;
        sleep 0.1 while !answers($oracles{$who}, $port) && time < $end;
        die "$who does not start\n" if time >= $end;
    }
    return %oracles;
}

sub answers
{
    my ($address, $port) = @_;
    my $socket = IO::Socket::INET->new(Proto => 'udp', PeerAddr => $address, PeerPort => $port);
    $socket->send(question(1, '.', 'SOA')) or return 0;
    return IO::Select->new($socket)->can_read(0.5) && defined $socket->recv(my $reply, 4096);
}

sub stop_oracles
{
    return if $owner != $$;
    kill 'TERM', values %processes;
    waitpid $_, 0 for values %processes;
    %processes = ();
    return;
}

# DO is set, and CD is not.
sub question
{
    my ($id, $name, $type) = @_;
    return pack('n6', $id, 0x0120, 1, 0, 0, 1) . name_wire($name)
        . pack('nn', type_number($type), 1) . pack 'CnnNn', 0, 41, 4096, 0x8000, 0;
}

sub verdict_of
{
    my ($reply) = @_;
    my $flags = unpack 'n', substr $reply, 2, 2;
    my $rcode = $flags & 15;
    return 'bogus' if $rcode == 2;
    return "rcode $rcode" if $rcode != 0 && $rcode != 3;
    return $flags & 0x20 ? 'secure' : 'insecure';
}

# Asks a resolver all questions, each [name, type], and once more those without an answer; the
# verdicts in their order, "none" for silence.
sub ask_twice
{
    my ($address, $port, @questions) = @_;
    my @verdicts = ask_resolver($address, $port, @questions);
    my @silent = grep { $verdicts[$_] eq 'none' } 0 .. $#verdicts;
    @verdicts[@silent] = ask_resolver($address, $port, @questions[@silent]);
    return @verdicts;
}

sub ask_resolver
{
    my ($address, $port, @questions) = @_;
    my $socket = IO::Socket::INET->new(Proto => 'udp', PeerAddr => $address, PeerPort => $port);
    my @verdicts = ('none') x @questions;
    my ($next, %sent) = (0);
    while ($next < @questions || %sent) {
        while ($next < @questions && keys %sent < $WINDOW) {
            $socket->send(question($next, @{ $questions[$next] }));
            $sent{ $next++ } = time;
        }
        while (IO::Select->new($socket)->can_read(0.05)) {
            my $reply = '';
            next if !defined $socket->recv($reply, 65_535) || length $reply < 12;
            my $id = unpack 'n', $reply;
            $verdicts[$id] = verdict_of($reply) if defined delete $sent{$id};
        }
        delete @sent{ grep { $sent{$_} < time - $PATIENCE } keys %sent };
    }
    return @verdicts;
}

# What delv says of one question.
sub ask_delv
{
    my ($folder, $address, $port, $name, $type) = @_;
    my $result = run('delv', "\@$address", '-p', $port, '-a', "$folder/delv.anchors", '+root=.',
        '+cdflag', $name, $type);
    my $text = $result->{out} . $result->{err};
    return 'none' if $text =~ /timed out|connection refused/;
    return 'bogus' if $text =~ /resolution failed: (?!ncache)/;
    return 'insecure' if $text =~ /^; .*unsigned answer/m;
    return 'secure' if $text =~ /^; .*fully validated/m;
    return 'bogus';
}

1;
