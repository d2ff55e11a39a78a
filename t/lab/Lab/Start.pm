# SPDX-License-Identifier: GPL-3.0-or-later
# A lab for a test: the one that runs already, or one of its own that ends with it.
package Lab::Start;

use strict;
use warnings;
use Exporter qw(import);
use FindBin;

our @EXPORT_OK = qw(skip_all start_lab);

my $PROGRAM = "$FindBin::Bin/lab/lab";
my ($lab, $starter) = ('', 0);

sub skip_all
{
    print "1..0 # SKIP @_\n";
    exit 0;
}

# Starts the lab in a folder if it does not run; skips the whole test where a daemon is missing.
sub start_lab
{
    ($lab) = @_;
    $ENV{PATH} .= ':/usr/sbin:/sbin';
    return if !system "'$PROGRAM' status '$lab' >/dev/null 2>&1";
    for my $daemon (qw(nsd knotd unbound)) {
        skip_all("$daemon is not installed") if !grep { -x "$_/$daemon" } split /:/, $ENV{PATH};
    }
    system("'$PROGRAM' start '$lab' >&2") == 0 or die "the lab does not start\n";
    $starter = $$;
    return;
}

END {
    my $status = $?;
    system "'$PROGRAM' stop '$lab' >&2" if $starter == $$;
    $? = $status;
}

1;
