#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# check_dnssec_chain against other validators: every zone of the lab, a list of names and types,
# our verdict through a resolver and with --iterate beside those of Unbound, Knot Resolver and, for
# some of the questions, delv.
#
# Whoever differs has to be in t/verdicts.tsv with a reason, and what is there has to differ.  Where
# the servers of a zone or of the one above hold different things, the reason is that: the verdict
# is of the server that a validator happens to ask.
# PLUGINS and LAB as for t/scenarios.t.  With DISAGREEMENTS set, prints them as lines of the table.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lab";
use File::Temp;
use Lab::Oracle qw(start_oracles stop_oracles ask_twice ask_delv);
use Lab::Output qw(decode);
use Lab::Recipe qw(read_recipes);
use Lab::Run qw(run in_parallel tap slurp);
use Lab::Start qw(skip_all start_lab);

my $TOP = "$FindBin::Bin/..";
my $PLUGIN = ($ENV{PLUGINS} // "$TOP/.build/main") . '/check_dnssec_chain';
my $LAB = $ENV{LAB} // "$TOP/.lab/test";
my @MODES = qw(resolver iterate);
my $SPLIT = 'the servers differ, of the zone or of the one above';

$ENV{LC_ALL} = 'C';

END {
    my $status = $?;
    stop_oracles();
    $? = $status;
}

# The names that a line "add OWNER TYPE ..." of a recipe makes worth asking about.
sub questions_of_record
{
    my ($owner, $type, $zone) = @_;
    return () if $owner eq '@';
    return (["www.$owner.$zone", 'A']) if $type eq 'DNAME';
    if ($owner =~ s/^\*//) {
        return (["any$owner.$zone", 'A'], ["any$owner.$zone", 'MX'], ["*$owner.$zone", 'A']);
    }
    my @above = $owner =~ /^[^.]+\.(.+)/ ? ([ "$1.$zone", 'A' ], [ "x.$1.$zone", 'A' ]) : ();
    return ([ "$owner.$zone", 'A' ], @above);
}

# What is asked about a zone, each [name, type].  Where no server says anything there is nothing to
# compare, and the others wait so long that they fail at other zones.
sub questions_about
{
    my ($recipe) = @_;
    return if "@{ $recipe->{serve} }" eq 'silent silent';
    my $zone = $recipe->{name} eq '.' ? '' : $recipe->{name};
    my @questions = ([ $recipe->{name}, 'SOA' ], [ $recipe->{name}, 'PTR' ], [ "nope.$zone", 'A' ],
        map { [ $_, 'A' ] } $recipe->{name}, "www.$zone");
    push @questions, [ "www.$zone", 'MX' ], [ $zone, 'DS' ] if length $zone;
    for my $step (grep { $_->{verb} eq 'add' } @{ $recipe->{steps} }) {
        push @questions, questions_of_record((split ' ', $step->{text})[ 0, 1 ], $zone);
    }
    my %seen;
    return grep { !$seen{"@$_"}++ } @questions;
}

sub with_zone
{
    my ($zone, @questions) = @_;
    return map { [ @$_, $zone ] } @questions;
}

sub absent_zones
{
    my %absent = map { (split)[ 0, 1 ] } split /\n/, slurp("$LAB/absent");
    return \%absent;
}

# Our verdicts on the names of a zone for one type, as texts "name verdict id".
sub ask_ours
{
    my ($job) = @_;
    my ($mode, $type, $port, @names) = @$job;
    my @how = $mode eq 'iterate' ? ('--iterate', '--root-hints', "$LAB/root.hints")
        : ('-r', "127.0.53.53\@$port");
    my $result = run($PLUGIN, @how, '-p', $port, '--trust-anchor', "$LAB/root.key", '-t', 20,
        '-T', $type, '-o', 'json', map { ('-H', $_) } @names);
    my $json = decode($result->{out}) // return "? output: $result->{out}";
    return map { join ' ', @$_{qw(name verdict)}, $_->{findings}[0]{id} // '-' }
        @{ $json->{subjects} };
}

# A hash of { verdict, id } by "mode name type".
sub ask_all_ours
{
    my ($port, @questions) = @_;
    my %batches;
    for my $question (@questions) {
        my ($name, $type, $zone) = @$question;
        push @{ $batches{"$zone $type"} }, $name;
    }
    my @jobs = map { my $mode = $_;
        map { [ $mode, (split)[1], $port, @{ $batches{$_} } ] } sort keys %batches } @MODES;
    my @answers = in_parallel(\&ask_ours, @jobs);
    my %ours;
    for my $i (0 .. $#jobs) {
        for my $text (@{ $answers[$i] }) {
            my ($name, $verdict, $id) = split ' ', $text;
            $name .= '.' if $name !~ /\.$/;
            $ours{"$jobs[$i][0] $name $jobs[$i][1]"} = { verdict => $verdict, id => $id };
        }
    }
    return \%ours;
}

# delv is a process for each question, and waits long for silent servers and for denials that have
# no signatures.
sub is_for_delv
{
    my ($name, $type, $zone) = @{ $_[0] };
    return $type =~ /^(?:A|MX)$/ && $name ne $zone
        && $zone !~ /^(?:silent|nosig-denial3|(?:plain\.)?proof-unsigned)\.test/;
}

# Some questions to one of the others, as texts "name type verdict".
sub ask_theirs
{
    my ($job) = @_;
    my ($who, $address, $folder, $port, @questions) = @$job;
    my @verdicts = $who eq 'delv'
        ? map { ask_delv($folder, $address, $port, @$_[ 0, 1 ]) } @questions
        : ask_twice($address, $port, @questions);
    return map { "@{ $questions[$_] }[0, 1] $verdicts[$_]" } 0 .. $#questions;
}

# A hash of the verdicts by "who name type".
sub ask_all_theirs
{
    my ($oracles, $folder, $port, @questions) = @_;
    my @jobs;
    for my $who (sort keys %$oracles) {
        my @left = $who eq 'delv' ? grep { is_for_delv($_) } @questions : @questions;
        while (my @some = splice @left, 0, $who eq 'delv' ? 50 : 400) {
            push @jobs, [ $who, $oracles->{$who}, $folder, $port, @some ];
        }
    }
    my @answers = in_parallel(\&ask_theirs, @jobs);
    my %theirs;
    for my $i (0 .. $#jobs) {
        for my $text (@{ $answers[$i] }) {
            my ($name, $type, $verdict) = split ' ', $text, 3;
            $theirs{"$jobs[$i][0] $name $type"} = $verdict;
        }
    }
    return \%theirs;
}

# The rows of the table: zone, question, who, mode, theirs, ours, reason; a "?" before the zone
# says that it depends on circumstances whether they differ.
sub read_table
{
    open my $in, '<', "$FindBin::Bin/verdicts.tsv" or die "cannot read verdicts.tsv: $!\n";
    my @rows;
    while (<$in>) {
        chomp;
        next if /^#/ || !/\S/;
        my %row = (line => $.);
        @row{qw(zone question who mode theirs ours reason)} = split /\t/;
        die "verdicts.tsv line $.: seven columns, please\n" if !$row{reason} || tr/\t// != 6;
        $row{maybe} = $row{zone} =~ s/^\?//;
        push @rows, \%row;
    }
    return @rows;
}

sub is_asked
{
    my ($who, $oracles) = @_;
    return $who eq '*' || scalar grep { $oracles->{$_} } split /\|/, $who;
}

sub fits
{
    my ($pattern, $value) = @_;
    return $pattern eq '*' || scalar grep { $_ eq $value } split /\|/, $pattern;
}

# The zones whose two servers, or those of a zone above, hold different things.
sub split_zones
{
    my (@recipes) = @_;
    my @split = map { $_->{name} } grep {
        $_->{serve}[0] ne $_->{serve}[1] || grep { $_->{server} } @{ $_->{steps} }
    } @recipes;
    my %split;
    for my $name (map { $_->{name} } @recipes) {
        $split{$name} = 1 if grep { $name eq $_ || $name =~ /\.\Q$_\E$/ } @split;
    }
    return \%split;
}

# Why they differ; undef when nobody knows.
sub reason_of
{
    my ($difference, $split, @table) = @_;
    for my $row (@table) {
        next if grep { !fits($row->{$_}, $difference->{$_}) }
            qw(zone question who mode theirs ours);
        $row->{used} = 1;
        return $row->{reason};
    }
    return $split->{ $difference->{zone} } ? $SPLIT : undef;
}

# Whoever says something else than we do.
sub differences
{
    my ($ours, $theirs, $oracles, @questions) = @_;
    my @differences;
    for my $question (@questions) {
        my ($name, $type, $zone) = @$question;
        for my $who (sort keys %$oracles) {
            my $their = $theirs->{"$who $name $type"} // next;
            for my $mode (@MODES) {
                my $our = $ours->{"$mode $name $type"} // { verdict => 'none', id => '-' };
                next if $our->{verdict} eq $their;
                push @differences, { zone => $zone, question => "$name $type", who => $who,
                    mode => $mode, theirs => $their, ours => $our->{verdict}, id => $our->{id} };
            }
        }
    }
    return @differences;
}

sub as_row
{
    my ($difference) = @_;
    return join "\t", @$difference{qw(zone question who mode theirs ours)}, "[$difference->{id}]";
}

sub report
{
    my ($differences, $split, $table, @recipes) = @_;
    my (%unexplained, %reasons);
    for my $difference (@$differences) {
        my $reason = reason_of($difference, $split, @$table);
        $reasons{$reason}++ if defined $reason;
        push @{ $unexplained{ $difference->{zone} } }, as_row($difference) if !defined $reason;
    }
    for my $zone (map { $_->{name} } @recipes) {
        tap("$zone: all validators agree, or it is known why not", @{ $unexplained{$zone} // [] });
    }
    my @gone = grep { !$_->{used} && !$_->{maybe} } @$table;
    tap('every difference of verdicts.tsv is there',
        map { "line $_->{line} matches nothing: $_->{zone} $_->{question} $_->{who}" } @gone);
    print "# why they differ:\n";
    printf "# %4d %s\n", $reasons{$_}, $_ for sort { $reasons{$b} <=> $reasons{$a} } keys %reasons;
    return;
}

# Asks again where somebody differs without a reason: a validator may have been too busy.
sub ask_again
{
    my ($setting, $differences, $split, @table) = @_;
    my @doubtful = grep { !defined reason_of($_, $split, @table) } @$differences;
    my %again = map { ("$_->{question} $_->{zone}" => [ split(' ', $_->{question}), $_->{zone} ]) }
        @doubtful;
    my @questions = map { $again{$_} } sort keys %again;
    return @$differences if !@questions || @questions > 200;
    my ($ours, $theirs) = ask_everybody($setting, @questions);
    return ((grep { !$again{"$_->{question} $_->{zone}"} } @$differences),
        differences($ours, $theirs, $setting->{oracles}, @questions));
}

sub ask_everybody
{
    my ($setting, @questions) = @_;
    return (ask_all_ours($setting->{port}, @questions), ask_all_theirs(
        $setting->{oracles}, "$setting->{folder}", $setting->{port}, @questions));
}

sub main
{
    skip_all("no check_dnssec_chain in $PLUGIN") if !-x $PLUGIN;
    local $| = 1;
    start_lab($LAB);
    my $port = int slurp("$LAB/port");
    my $absent = absent_zones();
    my @recipes = grep { !$absent->{ $_->{name} } } read_recipes("$FindBin::Bin/lab/zones");
    my @questions = map { with_zone($_->{name}, questions_about($_)) } @recipes;
    my $folder = File::Temp->newdir;
    my %oracles = start_oracles($LAB, "$folder", $port);
    my $setting = { port => $port, folder => $folder, oracles => \%oracles };
    my ($ours, $theirs) = ask_everybody($setting, @questions);
    my @table = grep { is_asked($_->{who}, \%oracles) } read_table();
    my $split = split_zones(@recipes);
    my @differences = ask_again($setting, [ differences($ours, $theirs, \%oracles, @questions) ],
        $split, @table);
    print map { "# $_\n" } map { as_row($_) } @differences if $ENV{DISAGREEMENTS};
    report(\@differences, $split, \@table, @recipes);
    for my $who (grep { !$oracles{$_} } qw(delv knot)) {
        print "# not asked, not installed: $who\n";
    }
    printf "# %d questions, %d answers of ours, %d of %s, %d differ\n", scalar @questions,
        scalar keys %$ours, scalar keys %$theirs, join(', ', sort keys %oracles),
        scalar @differences;
    return;
}

main();
