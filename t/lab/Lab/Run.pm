# SPDX-License-Identifier: GPL-3.0-or-later
# Runs plugins for the tests, and prints what comes of them as TAP.
package Lab::Run;

use strict;
use warnings;
use Exporter qw(import);
use File::Temp;
use Time::HiRes qw(time);

our @EXPORT_OK = qw(run in_parallel tap slurp);

# After so many seconds a plugin counts as hanging.
my $HANG = 60;

my $WORKERS = 4;

sub slurp
{
    my ($file) = @_;
    open my $in, '<', $file or die "cannot read $file: $!\n";
    binmode $in;
    local $/;
    return scalar(<$in>) // '';
}

sub become
{
    my ($out, $err, @command) = @_;
    open STDIN, '<', '/dev/null' or die;
    open STDOUT, '>', $out or die;
    open STDERR, '>', $err or die;
    alarm $HANG;
    exec { $command[0] } @command or die "cannot run $command[0]: $!\n";
}

# Runs the command; gives its output, what it wrote to stderr, its exit code (or "signal N") and
# how many seconds it took.
sub run
{
    my (@command) = @_;
    my ($out, $err) = (File::Temp->new, File::Temp->new);
    my $start = time;
    my $pid = fork // die "cannot fork: $!\n";
    become("$out", "$err", @command) if !$pid;
    waitpid $pid, 0;
    return {
        out => slurp("$out"), err => slurp("$err"), elapsed => time - $start,
        code => $? & 127 ? 'signal ' . ($? & 127) : $? >> 8,
    };
}

sub work
{
    my ($file, $code, $worker, $workers, @items) = @_;
    open my $out, '>', $file or die "cannot write $file: $!\n";
    for my $i (grep { $_ % $workers == $worker } 0 .. $#items) {
        print $out join("\t", $i, map { s/\s*\n\s*/ /gr } $code->($items[$i])), "\n";
    }
    close $out or die "cannot write $file: $!\n";
    return;
}

# What `code` says is wrong with each item, as lists of texts in the order of the items; a
# few processes share the work, since much of it is waiting.
sub in_parallel
{
    my ($code, @items) = @_;
    my @files = map { File::Temp->new } 1 .. $WORKERS;
    my @pids;
    for my $worker (0 .. $#files) {
        my $pid = fork // die "cannot fork: $!\n";
        push @pids, $pid;
        next if $pid;
        work("$files[$worker]", $code, $worker, $WORKERS, @items);
        require POSIX;
        POSIX::_exit(0);
    }
    waitpid $_, 0 for @pids;
    my @wrong = map { ['the test itself has failed'] } @items;
    for my $line (map { split /\n/, slurp("$_") } @files) {
        my ($i, @texts) = split /\t/, $line;
        $wrong[$i] = \@texts;
    }
    return @wrong;
}

my $number = 0;
my $bad = 0;

# One line of TAP, and what is wrong below it.
sub tap
{
    my ($name, @wrong) = @_;
    $number++;
    $bad++ if @wrong;
    print @wrong ? 'not ok' : 'ok', " $number - $name\n", map { "#   $_\n" } @wrong;
    return;
}

END {
    print "1..$number\n" if $number;
    $? = 1 if $bad && !$?;
}

1;
