#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# 200 names in one run give the findings of 200 runs with one name each, in far less time.
#
# PLUGINS and LAB as for t/scenarios.t; the lab has to run.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lab";
use File::Temp;
use Lab::Output qw(decode);
use Lab::Recipe qw(read_recipes);
use Lab::Run qw(run in_parallel tap slurp);

my $PLUGINS = $ENV{PLUGINS} // "$FindBin::Bin/../.build/main";
my $LAB     = $ENV{LAB} // "$FindBin::Bin/../.lab/test";
my $NAMES   = 200;

if (system "'$FindBin::Bin/lab/lab' status '$LAB' >/dev/null 2>&1") {
    print "1..0 # SKIP the lab does not run\n";
    exit 0;
}
my $port = slurp("$LAB/port");
chomp $port;

my %options = (
    check_rrsig_expiry => [],
    check_ds_match     => ['--trust-anchor', "$LAB/root.key"],
    check_dnssec_chain => ['--trust-anchor', "$LAB/root.key"],
    check_dns_records  => ['--trust-anchor', "$LAB/root.key", '--allow-private'],
    check_nsec         => [],
);

# Zones whose servers are all silent only cost time, once in the one run and each time alone.
sub names
{
    my @zones = map { $_->{name} } read_recipes("$FindBin::Bin/lab/zones");
    @zones = grep { !/silent|servfail-all/ } @zones;
    s/(?<=.)\.$// for @zones;
    my @names = grep { $_ ne '.' } @zones, map { "www.$_" } grep { /\./ } @zones;
    return @names[0 .. ($#names < $NAMES - 1 ? $#names : $NAMES - 1)];
}

sub command
{
    my ($plugin, @more) = @_;
    return ("$PLUGINS/$plugin", '-r', "127.0.53.53\@$port", '-p', $port, '-t', 30, '-o', 'json',
        @{$options{$plugin}}, @more);
}

# What is comparable of a subject: owners can hold random labels, notes can depend on their size.
sub essence
{
    my ($subject) = @_;
    my %seen = map { join(' ', $_->{id}, $_->{state}, $_->{server} // '-') => 1 }
        grep { $_->{state} ne 'OK' } @{$subject->{findings}};
    return join '; ', $subject->{state}, $subject->{verdict} // '-', sort keys %seen;
}

my @names = names();
my $list  = File::Temp->new;
print $list "$_\n" for @names;
close $list or die "$list: $!\n";

for my $plugin (grep { -x "$PLUGINS/$_" } sort keys %options) {
    my @together = map { run(command($plugin, '--names-from', "$list")) } 1, 2;
    my $together = $together[1]; # the first one fills the cache of the resolver, for all others too
    my $subjects = decode($together->{out})->{subjects} // [];
    my %essence  = map { $_->{name} => essence($_) } @$subjects;
    my $seconds  = 0;
    my @wrong;
    push @wrong, 'the names are not in the order in which they were given'
        if "@names" ne join ' ', map { $_->{name} } @$subjects;
    for my $name (@names) {
        my $alone = run(command($plugin, '-H', $name));
        $seconds += $alone->{elapsed};
        my $expected = essence((decode($alone->{out})->{subjects} // [{}])->[0]);
        push @wrong, "$name: alone $expected, with others " . ($essence{$name} // 'nothing')
            if $expected ne ($essence{$name} // '');
    }
    tap("$plugin says the same of " . @names . ' names together and alone', @wrong);
    printf "# %s: %.2f s together, %.2f s one by one: 1/%.1f\n", $plugin, $together->{elapsed},
        $seconds, $seconds / $together->{elapsed};
}
